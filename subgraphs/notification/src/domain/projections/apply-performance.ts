import { addJob } from '@tikitu/kit/messaging/jobs'
import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/facts.ts'
import { detailsVersionOf, factsOfChange, lockPerformance, type PerformanceFacts } from './performance-facts.ts'

/** The job that tells the holders of tickets, some hundred at a time, what changed about their performance. */
export const moveTask = 'announceMove'

export interface PerformanceMove {
  performanceId: string
}

/**
 * Keeps what is newest of a performance. Holders of tickets are told when it is postponed, has another date, or changes in another
 * way they must know of; of a cancelled one they hear with their tickets' cancellation.
 */
export async function applyPerformance(ctx: Ctx, data: Payload<'booking.performanceChanged'>): Promise<void> {
  const before = await lockPerformance(ctx, data.performanceId, 'update')
  // The tickets that were issued may have told the same version, without the reason.
  if (before && before.version > data.version) return
  await savePerformance(ctx, factsOfChange(data, before), before)
}

/** Writes what a performance is, unless more is known by now, and leaves the job that tells its ticket holders. */
export async function savePerformance(
  ctx: Ctx,
  facts: PerformanceFacts,
  before: PerformanceRow | null,
): Promise<PerformanceRow | null> {
  const state = { ...facts, detailsVersion: before ? detailsVersionOf(before, facts) : 0 }
  const [kept] = await ctx.db
    .insert(performances)
    .values(state)
    .onConflictDoUpdate({
      target: performances.performanceId,
      set: state,
      setWhere: sql`${performances.version} <= ${facts.version}`,
    })
    .returning()
  const isNews = !before || before.moveCount < state.moveCount || before.detailsVersion < state.detailsVersion
  if (kept && isNews) await announceLater(ctx, kept)
  return kept ?? null
}

/** One job per announcement; a repeated event adds no second one. */
export async function announceLater(ctx: Ctx, performance: PerformanceRow): Promise<void> {
  const { performanceId, moveCount, detailsVersion, status } = performance
  if (status === 'CANCELLED' || moveCount + detailsVersion === 0) return
  const payload: PerformanceMove = { performanceId }
  await addJob(ctx, { task: moveTask, payload, key: `${moveTask}:${performanceId}:${moveCount}:${detailsVersion}` })
}
