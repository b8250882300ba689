import { and, asc, eq, gt, lt } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { BaseCtx } from '../context/context.ts'
import { sweep, sweepBatch } from '../context/sweep.ts'
import { inTransaction } from '../postgres/database.ts'
import { searchRule } from './search-words.ts'

/** A table whose rows keep by which rule their words were cut. */
type IndexedTable = PgTable & { id: PgColumn; searchRule: PgColumn }

/**
 * Writes the words of rows that no rule or an older one cut: rows from before the rule, and those that an older version of the
 * service wrote. Each in a transaction of its own; one that somebody has locked is left for the next time. Returns how many.
 */
export async function indexRows<Row>(
  ctx: BaseCtx,
  table: IndexedTable,
  wordsOf: (row: Row) => Record<string, unknown>,
): Promise<number> {
  const isOld = lt(table.searchRule, searchRule)
  const write = async (ctx: BaseCtx, id: string): Promise<boolean> => {
    const [row] = await ctx.db
      .select()
      .from(table as PgTable)
      .where(and(eq(table.id, id), isOld))
      .for('update', { skipLocked: true })
    if (row)
      await ctx.db
        .update(table)
        .set(wordsOf(row as Row))
        .where(eq(table.id, id))
    return row !== undefined
  }
  return await sweep<{ id: string }>(ctx, {
    name: 'indexRows',
    due: async (after) =>
      (await ctx.db
        .select({ id: table.id })
        .from(table as PgTable)
        .where(and(isOld, after ? gt(table.id, after.id) : undefined))
        .orderBy(asc(table.id))
        .limit(sweepBatch)) as { id: string }[],
    act: ({ id }) => inTransaction(ctx, (ctx) => write(ctx, id)),
  })
}
