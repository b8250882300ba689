import { requireUser } from '@tikitu/kit/auth/viewer'
import { NotFound } from '@tikitu/kit/base/errors'
import { eq, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { partners, users } from '../../db/tables/partners.ts'
import { NotOnSale, UserSuspended } from '../../errors.ts'
import { endOf, endOfPerformance, lastMoment } from './sales-deadline.ts'

/** A performance whose places can be claimed or booked now, and until when what is held of it can be paid. */
export type PerformanceOnSale = PerformanceRow & { lastMoment: Date }

/**
 * The performance, when the caller can claim places of it. The sales window is judged at the moment `at`, which is now
 * unless the places were claimed before: those can be booked until the last moment. What it says is read in one statement.
 * @throws {NotFound | NotOnSale | UserSuspended}
 */
export async function requireOnSale(ctx: Ctx, performanceId: string, at: Date = ctx.now()): Promise<PerformanceOnSale> {
  const { userId } = requireUser(ctx.viewer)
  const [found] = await ctx.db
    .select({
      performance: performances,
      event: events,
      maySell: partners.maySell,
      caller: users.status,
      lastMoment: lastMoment().mapWith(performances.startsAt),
    })
    .from(performances)
    .innerJoin(events, eq(events.id, performances.eventId))
    .leftJoin(partners, eq(partners.id, performances.partnerId))
    .leftJoin(users, eq(users.id, userId))
    .where(eq(performances.id, performanceId))
  if (!found || found.event.status === 'DRAFT' || found.performance.isDraft)
    throw new NotFound('performance', performanceId)
  if (found.caller === 'SUSPENDED') throw new UserSuspended()
  const refusal = whyNotOnSale(found, at)
  if (refusal) throw refusal
  if (ctx.now() >= found.lastMoment) throw salesEnded()
  return { ...found.performance, lastMoment: found.lastMoment }
}

/** What decides whether a performance is on sale. */
export interface OnSaleFacts {
  performance: PerformanceRow
  event: EventRow
  /** Null when nothing was heard of the partner yet. */
  maySell: boolean | null
}

/** Why a performance cannot be booked at that moment; null when it can. */
export function whyNotOnSale({ performance, event, maySell }: OnSaleFacts, now: Date): NotOnSale | null {
  if (event.status === 'CANCELLED') return new NotOnSale('This event was cancelled.')
  if (performance.status === 'CANCELLED') return new NotOnSale('This performance was cancelled.')
  if (performance.cancellationRequestId || event.cancellationRequestId) {
    return new NotOnSale('Sales are paused while a cancellation is under review.')
  }
  if (performance.status === 'POSTPONED') {
    return new NotOnSale('This performance was postponed. Tickets will be on sale again once there is a new date.')
  }
  if (!maySell) return new NotOnSale('The organizer is not selling tickets at the moment.')
  if (now < performance.salesStartAt) return new NotOnSale('Sales have not started yet.', performance.salesStartAt)
  return now >= performance.salesEndAt || now >= endOf(performance) ? salesEnded() : null
}

function salesEnded(): NotOnSale {
  return new NotOnSale('Sales for this performance have ended.')
}

/** The same rule for a statement that reads performances, events and partners: true when `whyNotOnSale` finds nothing. */
export function isOnSaleAt(now: Date): SQL {
  return sql`(events.status = 'PUBLISHED' and not performances.is_draft and performances.status not in ('CANCELLED', 'POSTPONED') and partners.may_sell
    and performances.cancellation_request_id is null and events.cancellation_request_id is null
    and performances.sales_start_at <= ${now.toISOString()} and performances.sales_end_at > ${now.toISOString()}
    and ${endOfPerformance()} > ${now.toISOString()})`
}
