import type { Part } from '../world.ts'

/** An operation of a corpus graph. `fails` when its answer holds errors. */
export interface CorpusOperation {
  query: string
  /** What is right by the specification. */
  data?: unknown
  variables?: Record<string, unknown>
  fails?: boolean
}

/** A federated graph, and operations that bring out what is particular about it. */
export interface CorpusGraph {
  name: string
  /** Whether the stock executor answers wrongly: then what is right is written beside each operation. */
  isBeyondStock?: boolean
  parts: readonly Part[]
  operations: readonly CorpusOperation[]
}

type Row = Record<string, unknown>

/** Resolvers of an entity that is what its reference says, with fields of its own. */
export function known(fields: Record<string, (row: never) => unknown> = {}): object {
  return { __resolveReference: (reference: Row) => reference, ...fields }
}

/** Resolvers of an entity that is found among rows by any of its fields. */
export function among(rows: readonly Row[], fields: Record<string, (row: never) => unknown> = {}): object {
  const find = ({ __typename, ...wanted }: Row): Row | null =>
    rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === undefined || row[key] === value)) ??
    null
  return { __resolveReference: find, ...fields }
}
