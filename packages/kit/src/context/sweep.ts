import type { BaseCtx } from './context.ts'

/** The number of rows that a sweep reads at once. */
export const sweepBatch = 100

/** A sweep over due rows. */
export interface Sweep<Row extends { id: string }> {
  /** Its name in the log. */
  name: string
  /** The next due rows after `after` in a fixed order, at most `sweepBatch`; null: from the start. */
  due: (after: Row | null) => Promise<Row[]>
  /**
   * Processes one row in its own transaction. Returns whether it did: the row may be done already, or locked and thus left for the next
   * sweep.
   */
  act: (row: Row) => Promise<boolean>
}

/**
 * Processes all due rows. A failing row is logged and does not stop the others. Returns the number of processed rows.
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
