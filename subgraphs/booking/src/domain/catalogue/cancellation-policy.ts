import type { BookingLineRow, BookingRow } from '../../db/tables/bookings.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/** On what terms tickets are given back: those the booking was placed on, and what became of the performance since. */
export type CancellationPolicy = Pick<PerformanceRow, 'status' | 'startsAt'> &
  Pick<BookingRow, 'cancellationDeadlineHours' | 'cancellationFeeMinor'> & {
    /** Whether the performance was moved after the booking was placed. Whoever bought for the date it has now knew it. */
    isMoved: boolean
  }

/** The terms of a booking. What its partner asks of later customers does not touch them. */
export function policyOf(booking: BookingRow, performance: PerformanceRow): CancellationPolicy {
  const { cancellationDeadlineHours, cancellationFeeMinor } = booking
  const { status, startsAt } = performance
  const isMoved = performance.moveCount > booking.moveCount
  return { status, startsAt, cancellationDeadlineHours, cancellationFeeMinor, isMoved }
}

/** Whether the customer may cancel at that moment. While a performance has no date, nothing ends the right that its move gave. */
export function mayCancelAt(policy: CancellationPolicy, now: Date): boolean {
  if (policy.isMoved && policy.status === 'POSTPONED') return true
  const deadline = cancellationDeadline(policy)
  return deadline !== null && now < deadline
}

/**
 * Until when customers may cancel: null when they never may, and when no end is set yet. A performance that was moved after they
 * booked lets them out until it begins.
 */
export function cancellationDeadline(policy: CancellationPolicy): Date | null {
  if (policy.isMoved) return policy.status === 'POSTPONED' ? null : policy.startsAt
  if (policy.cancellationDeadlineHours === null) return null
  return new Date(policy.startsAt.getTime() - policy.cancellationDeadlineHours * 3_600_000)
}

/** What is kept of each ticket that is given back. Staff keep nothing, nor does a performance that was moved or cancelled. */
export function cancellationFee(policy: CancellationPolicy, isByStaff: boolean): number {
  return isByStaff || policy.isMoved || policy.status === 'CANCELLED' ? 0 : policy.cancellationFeeMinor
}

/** What goes back for a line: price and fee, less what is kept, and never less than nothing. */
export function refundOfLine(line: Pick<BookingLineRow, 'priceMinor' | 'feeMinor'>, keptMinor: number): number {
  return Math.max(0, line.priceMinor + line.feeMinor - keptMinor)
}
