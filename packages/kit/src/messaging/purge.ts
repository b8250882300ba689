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
  /** The condition on the rows; it must be supported by an index. */
  where: SQL
  /** Clears these columns instead of deleting the rows: `data = '{}'`. */
  set?: SQL
}

/** Events are redelivered for some days, and dead letters replayed by hand; none is older than this. */
const inboxDays = 90
const batchSize = 1_000
/** Maximum number of batches per run, so that a purge does not compete with other work for long. */
const batchesPerRun = 200

/** The rules of every service: events that are no longer redelivered, and expired idempotency keys. */
export function commonPurgeRules(now: Date): PurgeRule[] {
  const inboxBefore = daysBefore(now, inboxDays)
  return [
    // Supported by the primary key: an event's id contains its time.
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
 * Deletes the rows of each rule (or clears columns, if it has `set`) in batches of a thousand, with a transaction each. Locked rows are
 * left for the next run, and a failing rule does not stop the others. Returns the number of rows per table.
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

/** The time that many days earlier. */
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
