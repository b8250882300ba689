import type { BookingLineRow } from '../db/tables/bookings.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'

/** What a performance says about giving tickets back. */
export type CancellationPolicy = Pick<
  PerformanceRow,
  'status' | 'startsAt' | 'cancellationDeadlineHours' | 'cancellationFeeMinor'
>

/** Until when customers may cancel: null when they never may. A performance that was moved lets everybody out until it begins. */
export function cancellationDeadline(policy: CancellationPolicy): Date | null {
  if (policy.status === 'POSTPONED') return policy.startsAt
  if (policy.cancellationDeadlineHours === null) return null
  return new Date(policy.startsAt.getTime() - policy.cancellationDeadlineHours * 3_600_000)
}

/** What is kept of each ticket that is given back. Staff keep nothing, nor does a performance that was moved or cancelled. */
export function cancellationFee(policy: CancellationPolicy, isByStaff: boolean): number {
  return isByStaff || policy.status !== 'SCHEDULED' ? 0 : policy.cancellationFeeMinor
}

/** What goes back for a line: price and fee, less what is kept, and never less than nothing. */
export function refundOfLine(line: Pick<BookingLineRow, 'priceMinor' | 'feeMinor'>, keptMinor: number): number {
  return Math.max(0, line.priceMinor + line.feeMinor - keptMinor)
}
