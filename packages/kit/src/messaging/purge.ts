import { type SQL, sql } from 'drizzle-orm'
import { firstIdAt } from '../base/ids.ts'
import type { BaseCtx } from '../context/context.ts'
import { idempotencyKeyDays } from '../context/idempotency.ts'

/** The job that purges, and when it runs. */
export const purgeTask = 'purge'
export const purgeCrontab = `23 * * * * ${purgeTask}`

/** Rows that a service no longer needs. */
export interface PurgeRule {
  /** The table, and the name of the rule in the log. */
  table: string
  /** Which rows: a condition that an index of the table serves. */
  where: SQL
  /** What is taken out of the rows instead of deleting them: `data = '{}'`. */
  set?: SQL
}

/** Events are delivered again for some days, and dead letters by hand; nobody replays one that is older than this. */
const inboxDays = 90
const batchSize = 1_000
/** What is left after so many batches waits for the next run, so that a purge never competes with the day's work for long. */
const batchesPerRun = 200

/** What every service purges: events that no longer come again, and idempotency keys that no longer count. */
export function commonPurgeRules(now: Date): PurgeRule[] {
  const inboxBefore = daysBefore(now, inboxDays)
  return [
    // Served by the primary key: an event's id holds the moment it was made.
    {
      table: 'inbox_events',
      where: sql`event_id < ${firstIdAt('evt', inboxBefore)} and received_at < ${inboxBefore.toISOString()}::timestamptz`,
    },
    {
      table: 'idempotency_keys',
      where: sql`created_at < ${daysBefore(now, idempotencyKeyDays).toISOString()}::timestamptz`,
    },
  ]
}

/**
 * Deletes what the rules name (or empties it, where a rule says what to set), in batches of a thousand rows that each commit by
 * themselves. Rows that somebody has locked are left for the next run, and a rule that fails does not stop the others. Returns
 * how many rows each table lost.
 */
export async function purge(ctx: BaseCtx, rules: readonly PurgeRule[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const rule of rules) {
    try {
      counts[rule.table] = (counts[rule.table] ?? 0) + (await applyRule(ctx, rule))
    } catch (error) {
      ctx.log.error({ err: error, table: rule.table }, 'purging failed')
    }
  }
  ctx.log.info({ purged: counts }, 'purged')
  return counts
}

/** A moment that many days earlier. */
export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000)
}

async function applyRule(ctx: BaseCtx, rule: PurgeRule): Promise<number> {
  let total = 0
  for (let batch = 0; batch < batchesPerRun; batch++) {
    const { rowCount } = await ctx.db.execute(batchOf(rule))
    total += rowCount ?? 0
    if ((rowCount ?? 0) < batchSize) break
  }
  return total
}

function batchOf({ table, where, set }: PurgeRule): SQL {
  const name = sql.identifier(table)
  const chosen = sql`ctid = any(array(select ctid from ${name} where ${where} limit ${batchSize} for update skip locked))`
  return set
    ? sql`/* purge.empty */ update ${name} set ${set} where ${chosen}`
    : sql`/* purge.delete */ delete from ${name} where ${chosen}`
}
