import { and, desc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances, tickets } from '../../db/tables/facts.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import type { ChangedData, MovedData } from '../../kinds/performances.ts'
import type { PerformanceDetails } from '../../kinds/phrases.ts'
import { kindDefinitions } from '../../kinds/registry.ts'
import { resendCause } from './resend-cause.ts'

/**
 * A move as it is to be told now: with the newest facts, and the date that the reader was told last. Null when a newer message
 * tells it, when the reader knows it already, and when they have no ticket any more. A message that staff send again is not
 * held back by newer ones.
 */
export async function relevantMove(ctx: Ctx, message: NotificationRow): Promise<MovedData | null> {
  const move = kindDefinitions.PERFORMANCE_MOVED.data.parse(message.data)
  const performance = await goingPerformance(ctx, message, move.performanceId)
  if (!performance) return null
  const isPostponed = performance.status === 'POSTPONED'
  const present = { ...move, ...presentOf(performance, move), isPostponed, reason: performance.moveReason }
  if (isSentAgain(message)) return present
  if (performance.moveCount > (move.moveCount ?? performance.moveCount)) return null
  const told = await lastToldMove(ctx, message, move.performanceId)
  const previousStartsAt = told?.startsAt ?? move.previousStartsAt
  const isKnown = previousStartsAt === present.startsAt && (told?.isPostponed ?? false) === isPostponed
  return isKnown ? null : { ...present, previousStartsAt }
}

/** Another change as it is to be told now; null as for a move, and when the performance is over. */
export async function relevantChange(ctx: Ctx, message: NotificationRow): Promise<ChangedData | null> {
  const change = kindDefinitions.PERFORMANCE_CHANGED.data.parse(message.data)
  const performance = await goingPerformance(ctx, message, change.performanceId)
  if (!performance) return null
  const isPostponed = performance.status === 'POSTPONED'
  const isOver = !isPostponed && (performance.endsAt ?? performance.startsAt) <= ctx.now()
  const isOld = performance.detailsVersion > change.detailsVersion
  if (!isSentAgain(message) && (isOver || isOld)) return null
  return { ...change, ...presentOf(performance, change), isPostponed }
}

/** A message that says when and where a performance is. */
export interface WithPerformance {
  showing: PerformanceDetails & { performanceId: string; version?: number | undefined }
}

/** A booking's message with when and where its performance is by now, also when it was written long ago. */
export async function withCurrentPerformance<D extends WithPerformance>(ctx: Ctx, data: D): Promise<D> {
  const { showing } = data
  const [performance] = await ctx.db
    .select()
    .from(performances)
    .where(eq(performances.performanceId, showing.performanceId))
  if (!performance || performance.version < (showing.version ?? 0)) return data
  return { ...data, showing: { ...showing, status: performance.status, ...presentOf(performance, showing) } }
}

type Place = Pick<PerformanceDetails, 'timeZone' | 'venueName' | 'venueCity' | 'venueAddressLines'>

/** Of performances from before it was told nobody knows where they are: there the message says. */
function presentOf(performance: PerformanceRow, message: Place) {
  const { eventTitle, startsAt, doorsAt, endsAt } = performance
  return {
    eventTitle,
    startsAt: startsAt.toISOString(),
    doorsAt: doorsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
    timeZone: performance.timeZone ?? message.timeZone,
    venueName: performance.venueName ?? message.venueName,
    venueCity: performance.venueCity ?? message.venueCity,
    venueAddressLines: [...(performance.venueAddressLines ?? message.venueAddressLines)],
  }
}

/** The performance, when it is not cancelled and the reader still has a ticket for it. */
async function goingPerformance(
  ctx: Ctx,
  { recipient }: NotificationRow,
  performanceId: string,
): Promise<PerformanceRow | null> {
  const [going] = await ctx.db
    .select({ performance: performances })
    .from(performances)
    .innerJoin(tickets, eq(tickets.performanceId, performances.performanceId))
    .where(
      and(
        eq(performances.performanceId, performanceId),
        ne(performances.status, 'CANCELLED'),
        eq(tickets.userId, recipient),
        isNull(tickets.cancelledAt),
      ),
    )
    .limit(1)
  return going?.performance ?? null
}

/** The move that the reader was told last over the same channel. */
async function lastToldMove(ctx: Ctx, message: NotificationRow, performanceId: string): Promise<MovedData | null> {
  const [told] = await ctx.db
    .select({ data: notifications.data })
    .from(notifications)
    .where(
      and(
        eq(notifications.userId, message.recipient),
        eq(notifications.channel, message.channel),
        eq(notifications.kind, 'PERFORMANCE_MOVED'),
        inArray(notifications.status, ['SENT', 'DELIVERED']),
        sql`${notifications.data} ->> 'performanceId' = ${performanceId}`,
      ),
    )
    .orderBy(desc(notifications.id))
    .limit(1)
  return told ? kindDefinitions.PERFORMANCE_MOVED.data.parse(told.data) : null
}

function isSentAgain({ cause }: NotificationRow): boolean {
  return cause.startsWith(resendCause)
}
