import type { BaseCtx } from '@tikitu/kit/context/context'
import type { Db } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import { isFreeAt } from '../on-sale.ts'

interface Count {
  free: number
  at: Date
}

/** A database and a clock. */
type CountContext = Pick<BaseCtx, 'db' | 'now'>

const freshSeconds = 3
const rememberedCounts = 10_000

/** Recent counts per database: a list that a thousand people view is counted once. */
const counts = new WeakMap<Db, Map<string, Count>>()

/** Number of free seats of each performance, up to a few seconds old. For display only. */
export async function countFreeSeats(
  ctx: CountContext,
  ids: readonly string[],
): Promise<{ id: string; free: number }[]> {
  const known = countsOf(ctx.db)
  const oldest = new Date(ctx.now().getTime() - freshSeconds * 1000)
  const stale = ids.filter((id) => !isFresh(known.get(id), oldest, ctx.now()))
  if (stale.length > 0) await recount(ctx, stale)
  return ids.map((id) => ({ id, free: known.get(id)?.free ?? 0 }))
}

function countsOf(db: Db): Map<string, Count> {
  const known = counts.get(db) ?? new Map<string, Count>()
  if (known.size > rememberedCounts) known.clear()
  counts.set(db, known)
  return known
}

function isFresh(count: Count | undefined, oldest: Date, now: Date): boolean {
  return count !== undefined && count.at > oldest && count.at <= now
}

async function recount(ctx: CountContext, ids: readonly string[]): Promise<void> {
  const { rows } = await ctx.db.execute<{ id: string; free: number }>(sql`
    /* booking.countFreeSeats */
    select id, (select count(*)::integer from places
      where performance_id = id and status in ('FREE', 'HELD') and ${isFreeAt(ctx.now())}) as free
    from json_array_elements_text(${JSON.stringify(ids)}::json) as id`)
  const known = countsOf(ctx.db)
  for (const { id, free } of rows) known.set(id, { free, at: ctx.now() })
}
