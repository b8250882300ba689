import type { FetchNode } from '@apollo/query-planner'
import { type DocumentNode, type FieldNode, Kind, parse, type SelectionSetNode } from 'graphql'
import { fragmentsOf, responseNameOf } from './document-fields.ts'

import { isExternal, type QueryGraph, type Vertex } from './query-graph.ts'

/** A field that a fetch selects in a subgraph that cannot resolve it: it is external there, or its requirements are not sent. */
export interface MisplacedField {
  fetch: FetchNode
  /** The parsed operation of the fetch. `field` is one of its nodes. */
  document: DocumentNode
  /** The path of the parent object, in response names. */
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
  queryGraph: QueryGraph
  fragments: ReturnType<typeof fragmentsOf>
  found: Omit<MisplacedField, 'fetch' | 'document'>[]
}

interface Position {
  /** Undefined when the planner's graph has no vertex for it. */
  vertex: Vertex | undefined
  path: string
  /** Whether the object is an entity of this fetch, so that requirements can be sent. */
  isEntity?: boolean
}

/** Finds the fields of a fetch that are external in the subgraph without being provided, or whose requirements cannot be sent. */
export function findMisplacedFields(
  { fetch, path }: { fetch: FetchNode; path: string },
  queryGraph: QueryGraph,
): MisplacedField[] {
  const document = parse(fetch.operation, { noLocation: true })
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const walk: Walk = { queryGraph, fragments: fragmentsOf(document), found: [] }
  const entities = operation?.selectionSet.selections[0]
  if (fetch.requires && entities?.kind === Kind.FIELD && entities.selectionSet)
    walkEntities(walk, entities.selectionSet, { subgraph: fetch.serviceName, path })
  else if (operation)
    walkSet(walk, operation.selectionSet, {
      vertex: queryGraph.enter(fetch.serviceName, rootTypes[operation.operation] ?? '', true),
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
    const vertex = walk.queryGraph.enter(subgraph, part?.typeCondition?.name.value ?? '', false)
    if (part) walkSet(walk, part.selectionSet, { vertex, path, isEntity: true })
  }
}

function walkSet(walk: Walk, { selections }: SelectionSetNode, { vertex, ...place }: Position): void {
  if (!vertex) return
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      walkField(walk, selection, { vertex, ...place })
      continue
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value)
    const type = part?.typeCondition?.name.value ?? vertex.type.name
    if (part) walkSet(walk, part.selectionSet, { ...place, vertex: walk.queryGraph.cast(vertex, type) })
  }
}

function walkField(walk: Walk, field: FieldNode, { vertex, path, isEntity }: Position & { vertex: Vertex }): void {
  const name = field.name.value
  const edge = walk.queryGraph.field(vertex, name)
  const required = !isEntity && edge?._conditions && selectionsOf(String(edge._conditions))
  const isUnresolvable = edge ? required && !canResolve(walk.queryGraph, vertex, required) : isExternal(vertex, name)
  if (isUnresolvable) walk.found.push({ path, type: vertex.type.name, field })
  else if (edge && field.selectionSet)
    walkSet(walk, field.selectionSet, { vertex: edge.tail, path: `${path}/${responseNameOf(field)}` })
}

function selectionsOf(text: string): SelectionSetNode | undefined {
  const [operation] = parse(text, { noLocation: true }).definitions
  return operation && 'selectionSet' in operation ? operation.selectionSet : undefined
}

/** Whether a subgraph resolves all of a selection set itself. */
function canResolve(queryGraph: QueryGraph, vertex: Vertex, { selections }: SelectionSetNode): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return false
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const cast = queryGraph.cast(vertex, selection.typeCondition?.name.value ?? vertex.type.name)
      return cast !== undefined && canResolve(queryGraph, cast, selection.selectionSet)
    }
    if (selection.name.value === '__typename') return true
    const edge = queryGraph.field(vertex, selection.name.value)
    if (!edge || edge._conditions) return false
    return !selection.selectionSet || canResolve(queryGraph, edge.tail, selection.selectionSet)
  })
}
