import type { FetchNode } from '@apollo/query-planner'
import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql'
import { fragmentsOf, responseNameOf } from './document-fields.ts'
import type { Vertex } from './query-graph.ts'
import { isExternal, type Reach } from './reach.ts'

/** A field that a fetch asks a subgraph for which does not answer it, or not without what it requires. */
export interface Misplaced {
  fetch: FetchNode
  /** What the fetch asks, as it is parsed. The field is one of its nodes. */
  document: DocumentNode
  /** Where its object lies, in response names. */
  path: string
  type: string
  field: FieldNode
}

const rootTypes: Readonly<Record<string, string>> = {
  query: 'Query',
  mutation: 'Mutation',
  subscription: 'Subscription',
}

interface Walk {
  reach: Reach
  fragments: ReturnType<typeof fragmentsOf>
  found: Omit<Misplaced, 'fetch' | 'document'>[]
}

interface Place {
  /** Undefined where the planner's graph does not tell. */
  vertex: Vertex | undefined
  path: string
  /** Whether what fields require can be sent. */
  isEntity?: boolean
}

/** What a fetch asks of a subgraph that is external there and not provided on the way, or that requires what cannot be sent there. */
export function misplacedIn({ fetch, path }: { fetch: FetchNode; path: string }, reach: Reach): Misplaced[] {
  const document = parse(fetch.operation, { noLocation: true })
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const walk: Walk = { reach, fragments: fragmentsOf(document), found: [] }
  const entities = operation?.selectionSet.selections[0]
  if (fetch.requires && entities?.kind === Kind.FIELD && entities.selectionSet)
    walkEntities(walk, entities.selectionSet, { subgraph: fetch.serviceName, path })
  else if (operation)
    walkSet(walk, operation.selectionSet, {
      vertex: reach.enter(fetch.serviceName, rootTypes[operation.operation] ?? '', true),
      path,
    })
  return walk.found.map((one) => ({ ...one, fetch, document }))
}

function walkEntities(
  walk: Walk,
  { selections }: SelectionSetNode,
  { subgraph, path }: { subgraph: string; path: string },
) {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) continue
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value)
    const vertex = walk.reach.enter(subgraph, part?.typeCondition?.name.value ?? '', false)
    if (part) walkSet(walk, part.selectionSet, { vertex, path, isEntity: true })
  }
}

function walkSet(walk: Walk, { selections }: SelectionSetNode, { vertex, ...place }: Place): void {
  if (!vertex) return
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      walkField(walk, selection, { vertex, ...place })
      continue
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value)
    const type = part?.typeCondition?.name.value ?? vertex.type.name
    if (part) walkSet(walk, part.selectionSet, { ...place, vertex: walk.reach.cast(vertex, type) })
  }
}

function walkField(walk: Walk, field: FieldNode, { vertex, path, isEntity }: Place & { vertex: Vertex }): void {
  const name = field.name.value
  const edge = walk.reach.field(vertex, name)
  const required = !isEntity && edge?._conditions && selectionsOf(String(edge._conditions))
  const isUnanswered = edge ? required && !isProvided(walk.reach, vertex, required) : isExternal(vertex, name)
  if (isUnanswered) walk.found.push({ path, type: vertex.type.name, field })
  else if (edge && field.selectionSet)
    walkSet(walk, field.selectionSet, { vertex: edge.tail, path: `${path}/${responseNameOf(field)}` })
}

function selectionsOf(text: string): SelectionSetNode | undefined {
  const [operation] = parse(text, { noLocation: true }).definitions
  return operation && 'selectionSet' in operation ? operation.selectionSet : undefined
}

/** Whether a subgraph has all of it at hand where it stands. */
function isProvided(reach: Reach, vertex: Vertex, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const cast = reach.cast(vertex, selection.typeCondition?.name.value ?? vertex.type.name)
      return cast !== undefined && isProvided(reach, cast, selection.selectionSet)
    }
    if (selection.name.value === '__typename') return true
    const edge = reach.field(vertex, selection.name.value)
    if (!edge || edge._conditions) return false
    return !selection.selectionSet || isProvided(reach, edge.tail, selection.selectionSet)
  })
}
