import type { FetchNode, PlanNode, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type FieldNode, Kind, OperationTypeNode, parse, print, stripIgnoredCharacters, visit } from 'graphql'
import { pathsIn } from './complete-keys.ts'
import { responseNameOf } from './document-fields.ts'
import { mapFetches } from './map-fetches.ts'
import { type Misplaced, misplacedIn } from './misplaced-fetches.ts'
import { keysKey, type Names, needKey } from './requirements.ts'
import { fetchedBy, fetchesAt } from './write-conflicts.ts'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

type Graph = Pick<Names, 'needs' | 'reach'>

/**
 * Asks the right subgraph for what a plan asks of a wrong one. Where a field requires another one of its own subgraph by way of a third,
 * the planner asks for that where it began, though it is external there. @throws Error where the right one cannot be asked
 */
export function mendMisplaced(root: PlanNode, graph: Graph): PlanNode {
  if (graph.needs.fields.size === 0) return root
  const fetches = fetchesAt(root)
  const misplaced = fetches.flatMap((one) => misplacedIn(one, graph.reach))
  if (misplaced.length === 0) return root
  const paths = new Map(fetches.map(({ fetch, path }) => [fetch, path]))
  const written = new Map(fetches.map(({ fetch, writes }) => [fetch, writes]))
  const mended = mapFetches(root, (fetch) => {
    const lacking = misplaced.filter(
      ({ path, type, field }) => path === paths.get(fetch) && requires(fetch, type, field),
    )
    const rest = without(fetch, misplaced)
    const first = lacking.map((one) => {
      const there = [...(written.get(one.fetch) ?? [])].filter((write) => write.startsWith(`${one.path}/`))
      const known = there.map((write) => write.slice(one.path.length).replaceAll('/', '.'))
      return rightFetch(graph, one, new Set([...known, ...pathsIn(sentOf(fetch, one.type))]))
    })
    return first.length === 0 ? rest : { kind: 'Sequence', nodes: [{ kind: 'Parallel', nodes: first }, rest] }
  })
  const fetched = fetchedBy(mended)
  for (const { path, field } of misplaced)
    if (!fetched.has(`${path}/${responseNameOf(field)}`))
      throw new Error(`no subgraph is asked for ${path}/${responseNameOf(field)}`)
  return mended
}

/** What a fetch sends of entities of a type. */
function sentOf({ requires = [] }: Pick<FetchNode, 'requires'>, type: string): QueryPlanFieldNode[] {
  return fieldsIn(requires.filter((part) => part.kind === 'InlineFragment' && part.typeCondition === type))
}

function fieldsIn(selections: readonly QueryPlanSelectionNode[]): QueryPlanFieldNode[] {
  return selections.flatMap((one) => (one.kind === 'Field' ? [one] : fieldsIn(one.selections)))
}

function requires(fetch: FetchNode, type: string, { name }: FieldNode): boolean {
  return sentOf(fetch, type).some((one) => one.name === name.value)
}

function without(fetch: FetchNode, misplaced: readonly Misplaced[]): FetchNode {
  const own = misplaced.filter((one) => one.fetch === fetch)
  const fields: ReadonlySet<FieldNode> = new Set(own.map(({ field }) => field))
  const [first] = own
  if (!first) return fetch
  const document = visit(first.document, {
    Field: { enter: (field) => (fields.has(field) ? null : undefined) },
    SelectionSet: { leave: (set) => (set.selections.length > 0 ? undefined : { ...set, selections: [typename] }) },
  })
  return { ...fetch, operation: stripIgnoredCharacters(print(document)) }
}

/**
 * Fetches a field of entities of which these paths are known, after what the field requires.
 * @throws Error when no subgraph has it for a key that is known
 */
function rightFetch(graph: Graph, wanted: Wanted, known: ReadonlySet<string>): PlanNode {
  for (const serviceName of graph.reach.subgraphsOf(wanted.type)) {
    const keys = graph.needs.keys.get(keysKey(serviceName, wanted.type)) ?? []
    const key = keys.find((one) => pathsIn(one).every((path) => known.has(path)))
    const node = key && fetchFrom(graph, { ...wanted, serviceName, key }, known)
    if (node) return node
  }
  throw new Error(`no subgraph can be asked for ${wanted.type}.${wanted.field.name.value}`)
}

type Wanted = Pick<Misplaced, 'type' | 'field'>

/** Null when the subgraph does not answer it. */
function fetchFrom(
  { needs, reach }: Graph,
  { serviceName, type, field, key }: Wanted & { serviceName: string; key: readonly QueryPlanFieldNode[] },
  known: ReadonlySet<string>,
): PlanNode | null {
  const vertex = reach.enter(serviceName, type, false)
  const edge = vertex && reach.field(vertex, field.name.value)
  const sent = needs.selections.get(needKey(serviceName, type, field.name.value)) ?? []
  const fetch = fetchOf({ serviceName, type, sent: [...key, ...sent] }, field)
  if (!edge || misplacedIn({ fetch, path: '' }, reach).length > 0) return null
  if (!edge._conditions) return fetch
  const required = fieldsOf(String(edge._conditions))
  const first = required.map((one) => rightFetch({ needs, reach }, { type, field: one }, known))
  return { kind: 'Sequence', nodes: [{ kind: 'Parallel', nodes: first }, fetch] }
}

/** The fields that a text selects. @throws Error where it has fragments */
function fieldsOf(text: string): FieldNode[] {
  const [operation] = parse(text, { noLocation: true }).definitions
  const selections = operation && 'selectionSet' in operation ? (operation.selectionSet?.selections ?? []) : []
  return selections.map((one) => {
    if (one.kind !== Kind.FIELD) throw new Error('fragments are required')
    return one
  })
}

interface Entity {
  serviceName: string
  type: string
  sent: readonly QueryPlanFieldNode[]
}

function fetchOf({ serviceName, type, sent }: Entity, field: FieldNode): FetchNode {
  const text = `query($representations:[_Any!]!){_entities(representations:$representations){...on ${type}{${print(field)}}}}`
  return {
    kind: 'Fetch',
    serviceName,
    operation: stripIgnoredCharacters(text),
    operationKind: OperationTypeNode.QUERY,
    operationName: undefined,
    operationDocumentNode: undefined,
    variableUsages: [],
    requires: [
      { kind: 'InlineFragment', typeCondition: type, selections: [{ kind: 'Field', name: '__typename' }, ...sent] },
    ],
  }
}
