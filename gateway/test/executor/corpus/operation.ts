import type { Part } from '../world.ts'

/** An operation of a corpus graph. `fails` when its answer holds errors. */
export interface CorpusOperation {
  query: string
  variables?: Record<string, unknown>
  fails?: boolean
}

/** A federated graph, and operations that bring out what is particular about it. */
export interface CorpusGraph {
  name: string
  parts: Part[]
  operations: CorpusOperation[]
}
