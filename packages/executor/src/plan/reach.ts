import type { Edge, Vertex } from './query-graph.ts'

/** What subgraphs can be asked for, as the planner's graph has it. */
export interface Reach {
  /** Where a subgraph is entered: at one of its root types, or at an entity. */
  enter: (subgraph: string, type: string, isRoot: boolean) => Vertex | undefined
  /** The step to a field; undefined where the subgraph cannot be asked for it from there. */
  field: (from: Vertex, name: string) => Edge | undefined
  /** What is known of an object within a fragment; undefined where that is not told. */
  cast: (from: Vertex, type: string) => Vertex | undefined
  /** The subgraphs that have a type. */
  subgraphsOf: (type: string) => readonly string[]
}

/** Reads from the planner's graph what subgraphs can be asked for. */
export function reachOf(edges: readonly Edge[]): Reach {
  const from = Map.groupBy(edges, ({ head }) => head)
  const entities = new Map<string, Vertex>()
  const roots = new Map<string, Vertex>()
  for (const { head, tail, transition } of edges) {
    for (const vertex of [head, tail])
      if (vertex.provideId === undefined) entities.set(placeOf(vertex.source, vertex.type.name), vertex)
    if (transition.kind === 'SubgraphEnteringTransition') roots.set(placeOf(tail.source, tail.type.name), tail)
  }
  const edgesOf = (vertex: Vertex): readonly Edge[] => from.get(vertex) ?? []
  return {
    enter: (subgraph, type, isRoot) => (isRoot ? roots : entities).get(placeOf(subgraph, type)),
    field: (vertex, name) => edgesOf(vertex).find(({ transition }) => transition.definition?.name === name),
    cast: (vertex, type) =>
      vertex.type.name === type
        ? vertex
        : edgesOf(vertex).find(({ transition }) => transition.castedType?.name === type)?.tail,
    subgraphsOf: (type) => [...entities.values()].filter((one) => one.type.name === type).map(({ source }) => source),
  }
}

/** Whether a subgraph names a field of a type only because other subgraphs answer it. */
export function isExternal({ type }: Vertex, name: string): boolean {
  const directives = type.field?.(name)?.appliedDirectives ?? []
  return directives.some((directive) => directive.name.endsWith('external'))
}

function placeOf(subgraph: string, type: string): string {
  return `${subgraph} ${type}`
}
