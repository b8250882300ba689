import type { BaseCtx } from './context.ts'

/** How many rows a sweep reads at once. */
export const sweepBatch = 100

/** What a sweep works through, row by row. */
export interface Sweep<Row extends { id: string }> {
  /** What it does, as the log names it. */
  name: string
  /** At most `sweepBatch` rows that are due, in an order that `after` goes on in; null for the first of them. */
  due: (after: Row | null) => Promise<Row[]>
  /**
   * Does what is due with one of them, in a transaction of its own, so that nobody waits for the whole sweep. Answers whether
   * it did: somebody may have done it meanwhile, or have the row locked, so that it is left for the next sweep.
   */
  act: (row: Row) => Promise<boolean>
}

/**
 * Works through everything that is due. One row that cannot be done now is logged, and holds up none of the others. Returns how
 * many were done.
 */
export async function sweep<Row extends { id: string }>(
  ctx: Pick<BaseCtx, 'log'>,
  { name, due, act }: Sweep<Row>,
): Promise<number> {
  let count = 0
  for (let after: Row | null = null; ; ) {
    const rows: Row[] = await due(after)
    for (const row of rows) {
      const isDone = await act(row).catch((error: unknown) => {
        ctx.log.error({ err: error, sweep: name, id: row.id }, 'a sweep left something undone')
        return false
      })
      count += Number(isDone)
    }
    after = rows.at(-1) ?? null
    if (rows.length < sweepBatch) return count
  }
}
