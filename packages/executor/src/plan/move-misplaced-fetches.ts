import type { FetchNode, PlanNode, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type FieldNode, Kind, OperationTypeNode, parse, print, stripIgnoredCharacters, visit } from 'graphql'
import { selectionPaths } from './complete-keys.ts'
import { responseNameOf } from './document-fields.ts'
import { mapFetches } from './map-fetches.ts'
import { findMisplacedFields, type MisplacedField } from './misplaced-fields.ts'
import { type QueryGraphInfo, requirementKey, typeKey } from './requirements.ts'
import { fetchedPaths, locateFetches } from './write-conflicts.ts'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

type PlanInfo = Pick<QueryGraphInfo, 'requirements' | 'queryGraph'>

/**
 * Moves fields that a plan fetches from the wrong subgraph to one that resolves them. When a field requires another field of its own
 * subgraph through a third subgraph, the planner fetches that field where it is external. @throws Error when no subgraph resolves it
 */
export function moveMisplacedFetches(root: PlanNode, graph: PlanInfo): PlanNode {
  if (graph.requirements.fields.size === 0) return root
  const fetches = locateFetches(root)
  const misplaced = fetches.flatMap((one) => findMisplacedFields(one, graph.queryGraph))
  if (misplaced.length === 0) return root
  const paths = new Map(fetches.map(({ fetch, path }) => [fetch, path]))
  const written = new Map(fetches.map(({ fetch, writes }) => [fetch, writes]))
  const moved = mapFetches(root, (fetch) => {
    const missing = misplaced.filter(
      ({ path, type, field }) => path === paths.get(fetch) && requires(fetch, type, field),
    )
    const rest = withoutFields(fetch, misplaced)
    const first = missing.map((one) => {
      const there = [...(written.get(one.fetch) ?? [])].filter((write) => write.startsWith(`${one.path}/`))
      const known = there.map((write) => write.slice(one.path.length).replaceAll('/', '.'))
      return fetchField(graph, one, new Set([...known, ...selectionPaths(representationFields(fetch, one.type))]))
    })
    return first.length === 0 ? rest : { kind: 'Sequence', nodes: [{ kind: 'Parallel', nodes: first }, rest] }
  })
  const fetched = fetchedPaths(moved)
  for (const { path, field } of misplaced)
    if (!fetched.has(`${path}/${responseNameOf(field)}`))
      throw new Error(`the plan does not fetch ${path}/${responseNameOf(field)}`)
  return moved
}

/** The fields that a fetch sends for entities of a type. */
function representationFields({ requires = [] }: Pick<FetchNode, 'requires'>, type: string): QueryPlanFieldNode[] {
  return fieldsIn(requires.filter((part) => part.kind === 'InlineFragment' && part.typeCondition === type))
}

function fieldsIn(selections: readonly QueryPlanSelectionNode[]): QueryPlanFieldNode[] {
  return selections.flatMap((one) => (one.kind === 'Field' ? [one] : fieldsIn(one.selections)))
}

function requires(fetch: FetchNode, type: string, { name }: FieldNode): boolean {
  return representationFields(fetch, type).some((one) => one.name === name.value)
}

function withoutFields(fetch: FetchNode, misplaced: readonly MisplacedField[]): FetchNode {
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
 * Plans a fetch of an entity field after the fetches of its requirements, given the known paths of the entities.
 * @throws Error when no subgraph resolves the field by a known key
 */
function fetchField(graph: PlanInfo, target: FieldToFetch, known: ReadonlySet<string>): PlanNode {
  for (const serviceName of graph.queryGraph.subgraphsOf(target.type)) {
    const keys = graph.requirements.keys.get(typeKey(serviceName, target.type)) ?? []
    const key = keys.find((one) => selectionPaths(one).every((path) => known.has(path)))
    const node = key && tryFetchFrom(graph, { ...target, serviceName, key }, known)
    if (node) return node
  }
  throw new Error(`no subgraph resolves ${target.type}.${target.field.name.value}`)
}

type FieldToFetch = Pick<MisplacedField, 'type' | 'field'>

/** Null when the subgraph does not resolve the field. */
function tryFetchFrom(
  { requirements, queryGraph }: PlanInfo,
  { serviceName, type, field, key }: FieldToFetch & { serviceName: string; key: readonly QueryPlanFieldNode[] },
  known: ReadonlySet<string>,
): PlanNode | null {
  const vertex = queryGraph.enter(serviceName, type, false)
  const edge = vertex && queryGraph.field(vertex, field.name.value)
  const sent = requirements.selections.get(requirementKey(serviceName, type, field.name.value)) ?? []
  const fetch = fetchOf({ serviceName, type, sent: [...key, ...sent] }, field)
  if (!edge || findMisplacedFields({ fetch, path: '' }, queryGraph).length > 0) return null
  if (!edge._conditions) return fetch
  const required = fieldsOf(String(edge._conditions))
  const first = required.map((one) => fetchField({ requirements, queryGraph }, { type, field: one }, known))
  return { kind: 'Sequence', nodes: [{ kind: 'Parallel', nodes: first }, fetch] }
}

/** The fields of a selection set's text. @throws Error when it has fragments */
function fieldsOf(text: string): FieldNode[] {
  const [operation] = parse(text, { noLocation: true }).definitions
  const selections = operation && 'selectionSet' in operation ? (operation.selectionSet?.selections ?? []) : []
  return selections.map((one) => {
    if (one.kind !== Kind.FIELD) throw new Error('fragments in requirements are not supported')
    return one
  })
}

interface EntityFetch {
  serviceName: string
  type: string
  sent: readonly QueryPlanFieldNode[]
}

function fetchOf({ serviceName, type, sent }: EntityFetch, field: FieldNode): FetchNode {
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
