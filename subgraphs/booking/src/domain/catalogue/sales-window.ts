import { requireUser } from '@tikitu/kit/auth/viewer'
import { NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import { eq, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { partners, users } from '../../db/tables/partners.ts'
import { NotOnSale } from '../../errors.ts'
import { endOf, endOfPerformance, lastMoment } from './sales-deadline.ts'

/** A performance on sale, with its payment deadline. */
export type PerformanceOnSale = PerformanceRow & { lastMoment: Date }

/**
 * The performance, if it is on sale to the caller. The sales window is checked at the time `at`: now, or when the seats were held,
 * since held seats can be booked until the payment deadline. Read in one statement.
 * @throws {NotFound | NotOnSale | UserSuspended}
 */
export async function requireOnSale(ctx: Ctx, performanceId: string, at: Date = ctx.now()): Promise<PerformanceOnSale> {
  const { userId } = requireUser(ctx.viewer)
  const [found] = await ctx.db
    .select({
      performance: performances,
      event: events,
      canSell: partners.canSell,
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
  const refusal = findSaleRefusal(found, at)
  if (refusal) throw refusal
  if (ctx.now() >= found.lastMoment) throw salesEnded()
  return { ...found.performance, lastMoment: found.lastMoment }
}

/** Everything that decides whether a performance is on sale. */
export interface OnSaleFacts {
  performance: PerformanceRow
  event: EventRow
  /** Null when the partner is not known yet. */
  canSell: boolean | null
}

/** Why a performance is not on sale at that time; null when it is. */
export function findSaleRefusal({ performance, event, canSell }: OnSaleFacts, now: Date): NotOnSale | null {
  if (event.status === 'CANCELLED') return new NotOnSale('This event was cancelled.')
  if (performance.status === 'CANCELLED') return new NotOnSale('This performance was cancelled.')
  if (performance.cancellationRequestId || event.cancellationRequestId) {
    return new NotOnSale('Sales are paused while a cancellation is under review.')
  }
  if (performance.status === 'POSTPONED') {
    return new NotOnSale('This performance was postponed. Tickets will be on sale again once there is a new date.')
  }
  if (!canSell) return new NotOnSale('The organizer is not selling tickets at the moment.')
  if (now < performance.salesStartAt) return new NotOnSale('Sales have not started yet.', performance.salesStartAt)
  return now >= performance.salesEndAt || now >= endOf(performance) ? salesEnded() : null
}

function salesEnded(): NotOnSale {
  return new NotOnSale('Sales for this performance have ended.')
}

/** The same rule for a statement that reads performances, events and partners: true when `findSaleRefusal` finds nothing. */
export function isOnSaleAt(now: Date): SQL {
  return sql`(events.status = 'PUBLISHED' and not performances.is_draft and performances.status not in ('CANCELLED', 'POSTPONED') and partners.may_sell
    and performances.cancellation_request_id is null and events.cancellation_request_id is null
    and performances.sales_start_at <= ${now.toISOString()} and performances.sales_end_at > ${now.toISOString()}
    and ${endOfPerformance()} > ${now.toISOString()})`
}
