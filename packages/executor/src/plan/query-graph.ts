import type { SelectionSet } from '@apollo/federation-internals'

/** An edge of the planner's query graph (a private type of `@apollo/query-graphs`), with the fields that it requires. */
export interface Edge {
  head: Vertex
  tail: Vertex
  transition: { kind: string; definition?: { name: string }; castedType?: { name: string } }
  _conditions?: SelectionSet
}

/** A type in one subgraph. Fields with `@provides` lead to separate vertices. */
export interface Vertex {
  source: string
  provideId?: number | undefined
  type: {
    name: string
    kind?: string
    field?: (name: string) => { appliedDirectives: readonly { name: string }[] } | undefined
  }
}

/** Which fields each subgraph resolves. */
export interface QueryGraph {
  /** The vertex of a root type or an entity in a subgraph. */
  enter: (subgraph: string, type: string, isRoot: boolean) => Vertex | undefined
  /** The edge of a field; undefined when the subgraph does not resolve it there. */
  field: (from: Vertex, name: string) => Edge | undefined
  /** The vertex of an object within a fragment; undefined when the graph has no edge for it. */
  cast: (from: Vertex, type: string) => Vertex | undefined
  /** The subgraphs that define a type. */
  subgraphsOf: (type: string) => readonly string[]
}

/** Builds the lookup from the edges of the planner's graph. */
export function buildQueryGraph(edges: readonly Edge[]): QueryGraph {
  const from = Map.groupBy(edges, ({ head }) => head)
  const entities = new Map<string, Vertex>()
  const roots = new Map<string, Vertex>()
  for (const { head, tail, transition } of edges) {
    for (const vertex of [head, tail])
      if (vertex.provideId === undefined) entities.set(vertexKey(vertex.source, vertex.type.name), vertex)
    if (transition.kind === 'SubgraphEnteringTransition') roots.set(vertexKey(tail.source, tail.type.name), tail)
  }
  const edgesOf = (vertex: Vertex): readonly Edge[] => from.get(vertex) ?? []
  return {
    enter: (subgraph, type, isRoot) => (isRoot ? roots : entities).get(vertexKey(subgraph, type)),
    field: (vertex, name) => edgesOf(vertex).find(({ transition }) => transition.definition?.name === name),
    cast: (vertex, type) =>
      vertex.type.name === type
        ? vertex
        : edgesOf(vertex).find(({ transition }) => transition.castedType?.name === type)?.tail,
    subgraphsOf: (type) => [...entities.values()].filter((one) => one.type.name === type).map(({ source }) => source),
  }
}

/** Whether a field is `@external` in the vertex's subgraph. */
export function isExternal({ type }: Vertex, name: string): boolean {
  const directives = type.field?.(name)?.appliedDirectives ?? []
  return directives.some((directive) => directive.name.endsWith('external'))
}

function vertexKey(subgraph: string, type: string): string {
  return `${subgraph} ${type}`
}
