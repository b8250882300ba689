import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { EventRow, PerformanceRow } from '../../db/tables/catalogue.ts'
import { partnerRoleOf } from '../projections/partner-role.ts'
import type { EndedBookings } from './count-ended-bookings.ts'

/** Counts of ended and remaining bookings after a cancellation. */
export interface CancellationProgressView {
  total: number
  cancelled: number
  remaining: number
  failed: number
  startedAt: Date
  finishedAt: Date | null
}

/** Cancellation progress of a performance, for the partner's members and staff; null for others, and unless cancelled. */
export async function cancellationProgressOf(
  ctx: Ctx,
  performance: PerformanceRow,
): Promise<CancellationProgressView | null> {
  return await progressOf(ctx, performance.partnerId, [performance])
}

/** Cancellation progress over all cancelled performances of an event, for the same viewers; null when none is cancelled. */
export async function cancellationProgressOfEvent(ctx: Ctx, event: EventRow): Promise<CancellationProgressView | null> {
  return await progressOf(ctx, event.partnerId, await ctx.load.performancesOfEvent.load(event.id))
}

async function progressOf(
  ctx: Ctx,
  partnerId: string,
  performances: readonly PerformanceRow[],
): Promise<CancellationProgressView | null> {
  const cancelled = performances.filter((each) => each.cancelledAt !== null)
  if (cancelled.length === 0) return null
  if (!isStaff(ctx.viewer) && (await partnerRoleOf(ctx, partnerId)) === null) return null
  const counted = await Promise.all(cancelled.map(({ id }) => ctx.load.endedBookings.load(id)))
  return sumOf(counted.filter((each) => each !== null))
}

function sumOf(counted: readonly EndedBookings[]): CancellationProgressView {
  const sum = (key: 'cancelled' | 'remaining' | 'failed') => counted.reduce((sum, each) => sum + each[key], 0)
  const cancelled = sum('cancelled')
  const remaining = sum('remaining')
  const lastEndedAt = new Date(Math.max(...counted.map((each) => each.lastEndedAt.getTime())))
  return {
    total: cancelled + remaining,
    cancelled,
    remaining,
    failed: sum('failed'),
    startedAt: new Date(Math.min(...counted.map((each) => each.startedAt.getTime()))),
    finishedAt: remaining === 0 ? lastEndedAt : null,
  }
}
