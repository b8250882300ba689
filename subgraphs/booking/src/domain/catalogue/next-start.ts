import { inTransaction } from '@tikitu/kit/postgres/database'
import { type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { isUpcomingAt } from './upcoming.ts'

/** Sort key of events whose performances are all postponed: after those with a date. */
export const dateless = '9999-12-31T00:00:00Z'

/** The start of a performance, as the sort key of lists. For a statement that reads performances. */
export const orderedStart = sql`case performances.status when 'POSTPONED' then ${dateless}::timestamptz else performances.starts_at end`

/** Whether `events.next_starts_at` is valid at that time. Otherwise the next start has to be read from the performances. */
export function isNextStartKnownAt(now: Date): SQL {
  return sql`events.next_starts_until > ${now.toISOString()}`
}

const batchSize = 200

/**
 * Updates the stored next start of published events after a performance has changed or ended. Returns the number of events.
 */
export async function refreshNextStarts(ctx: Ctx): Promise<number> {
  for (let total = 0; ; ) {
    const count = await inTransaction(ctx, refreshSome)
    total += count
    if (count < batchSize) return total
  }
}

/** Locks the events in a first statement, so that the second one sees all changes of their performances. */
async function refreshSome(ctx: Ctx): Promise<number> {
  const { rows } = await ctx.db.execute<{ id: string }>(sql`
    /* booking.refreshNextStarts */
    select id from events where status = 'PUBLISHED' and not ${isNextStartKnownAt(ctx.now())}
    order by next_starts_until, id limit ${batchSize} for no key update skip locked`)
  if (rows.length === 0) return 0
  const ids = JSON.stringify(rows.map(({ id }) => id))
  await ctx.db.execute(sql`
    /* booking.refreshNextStarts */
    update events set next_starts_at = next.starts_at, next_starts_until = coalesce(next.until, 'infinity')
    from (select value as id from json_array_elements_text(${ids}::json)) as due
    left join lateral (
      select ${orderedStart} as starts_at, case performances.status when 'POSTPONED' then 'infinity'
        else greatest(performances.starts_at, performances.ends_at, performances.sales_end_at) end as until
      from performances where performances.event_id = due.id and ${isUpcomingAt(ctx.now())}
      order by 1, 2 desc limit 1
    ) as next on true
    where events.id = due.id`)
  return rows.length
}
