import type { Subgraph } from '../world.ts'

/** An operation of a corpus graph. `fails` when its result has errors. */
export interface CorpusOperation {
  query: string
  /** The expected data by the specification. */
  data?: unknown
  variables?: Record<string, unknown>
  fails?: boolean
}

/** A federated graph with operations that exercise its features. */
export interface CorpusGraph {
  name: string
  /** Whether the stock executor's results are wrong. Each operation then states its expected data. */
  isStockWrong?: boolean
  subgraphs: readonly Subgraph[]
  operations: readonly CorpusOperation[]
}

type Row = Record<string, unknown>

/** Resolvers of an entity that returns its reference, with further fields. */
export function fromReference(fields: Record<string, (row: never) => unknown> = {}): object {
  return { __resolveReference: (reference: Row) => reference, ...fields }
}

/** Resolvers of an entity that is looked up in rows by the fields of its reference. */
export function fromRows(rows: readonly Row[], fields: Record<string, (row: never) => unknown> = {}): object {
  const find = ({ __typename, ...wanted }: Row): Row | null =>
    rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key] === undefined || row[key] === value)) ??
    null
  return { __resolveReference: find, ...fields }
}
