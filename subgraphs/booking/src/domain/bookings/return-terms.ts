import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { ReturnTerms } from '@tikitu/ticket-pdf/returns'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { cancellationDeadline, cancellationFee, policyOf } from '../catalogue/cancellation-policy.ts'

/** Terms for cancelling the booking's tickets; null while the performance has no date. */
export async function returnTermsOf(ctx: Ctx, booking: BookingRow): Promise<ReturnTerms | null> {
  const performance = await requireLoaded(ctx.load.performance, booking.performanceId)
  if (performance.status === 'POSTPONED') return null
  const policy = policyOf(booking, performance)
  const kept = { amountMinor: cancellationFee(policy, false), currency: booking.currency }
  return { until: cancellationDeadline(policy)?.toISOString() ?? null, kept }
}
