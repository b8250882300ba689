import type { SelectionSet } from '@apollo/federation-internals'

/** A step of the planner's graph, with what must be known to take it. The planner keeps these to itself. */
export interface Edge {
  head: Vertex
  tail: Vertex
  transition: { kind: string; definition?: { name: string }; castedType?: { name: string } }
  _conditions?: SelectionSet
}

/** A type in one subgraph; what a field provides on the way has vertices of its own. */
export interface Vertex {
  source: string
  provideId?: number | undefined
  type: {
    name: string
    kind?: string
    field?: (name: string) => { appliedDirectives: readonly { name: string }[] } | undefined
  }
}
