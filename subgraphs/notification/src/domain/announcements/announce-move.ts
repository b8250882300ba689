import { inTransaction } from '@tikitu/kit/postgres/database'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/facts.ts'
import { announceLater, type PerformanceMove } from '../projections/apply-performance.ts'
import { lockPerformance } from '../projections/performance-facts.ts'
import { notify } from './notify.ts'

const usersPerJob = 200

/**
 * Tells the next holders of a performance what they do not know of it yet, and leaves the rest to a job after this one. What each
 * holder was told stands with their tickets, so nobody is passed over or told twice, whatever changes meanwhile.
 */
export async function announceMove(ctx: Ctx, { performanceId }: PerformanceMove): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const performance = await lockPerformance(ctx, performanceId, 'share')
    if (!performance || performance.status === 'CANCELLED') return
    const holders = await markHolders(ctx, performance)
    for (const holder of holders) await announceTo(ctx, holder, performance)
    if (holders.length === usersPerJob) await announceLater(ctx, performance)
  })
}

interface Holder extends Record<string, unknown> {
  userId: string
  bookingId: string
  /** The date they booked, where that is known. */
  bookedStartsAt: string | Date | null
  timeZone: string
  /** Whether there is an unannounced move; its message includes the other changes. */
  isMoved: boolean
}

/** The next holders who have something to hear. From then on they count as told: their messages are made in this transaction. */
async function markHolders(ctx: Ctx, { performanceId, moveCount, detailsVersion }: PerformanceRow): Promise<Holder[]> {
  const { rows } = await ctx.db.execute<Holder>(sql`
    /* notification.markHolders */
    with waiting as (
      select ticket_id, user_id from tickets
      where performance_id = ${performanceId} and cancelled_at is null
        and (announced_move < ${moveCount} or announced_details < ${detailsVersion})
    ), next as (
      select distinct user_id from waiting order by user_id limit ${usersPerJob}
    ), before as (
      select distinct on (tickets.user_id) tickets.user_id as "userId", booking_id as "bookingId",
        booked_starts_at as "bookedStartsAt", time_zone as "timeZone", announced_move < ${moveCount} as "isMoved"
      from tickets join waiting using (ticket_id) join next on next.user_id = tickets.user_id
      order by tickets.user_id, announced_move, booking_id
    ), marked as (
      update tickets set announced_move = greatest(announced_move, ${moveCount}),
        announced_details = greatest(announced_details, ${detailsVersion})
      from next where tickets.user_id = next.user_id and performance_id = ${performanceId} and cancelled_at is null
    )
    select * from before order by "userId"`)
  return rows
}

async function announceTo(ctx: Ctx, holder: Holder, performance: PerformanceRow): Promise<void> {
  const { performanceId, version, eventTitle, moveCount, detailsVersion } = performance
  const startsAt = performance.startsAt.toISOString()
  const timeZone = performance.timeZone ?? holder.timeZone
  const about = { performanceId, eventTitle, startsAt, timeZone, bookingId: holder.bookingId }
  const to = [{ userId: holder.userId }]
  if (holder.isMoved) {
    const bookedStartsAt = new Date(holder.bookedStartsAt ?? performance.startsAt).toISOString()
    const isPostponed = performance.status === 'POSTPONED'
    const data = { ...about, version, moveCount, isPostponed, previousStartsAt: bookedStartsAt }
    const cause = `booking.performanceMoved:${performanceId}:${moveCount}`
    await notify(ctx, { kind: 'PERFORMANCE_MOVED', cause, to, data })
  } else {
    const cause = `booking.performanceChanged:${performanceId}:${detailsVersion}`
    await notify(ctx, { kind: 'PERFORMANCE_CHANGED', cause, to, data: { ...about, detailsVersion } })
  }
}
