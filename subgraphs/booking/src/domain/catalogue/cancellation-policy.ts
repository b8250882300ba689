import type { BookingLineRow, BookingRow } from '../../db/tables/bookings.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/** Cancellation terms of a booking: those it was placed on, and the current state of the performance. */
export type CancellationPolicy = Pick<PerformanceRow, 'status' | 'startsAt'> &
  Pick<BookingRow, 'cancellationDeadlineHours' | 'cancellationFeeMinor'> & {
    /** Whether the performance was moved after the booking was placed. Later customers knew the new date. */
    isMoved: boolean
  }

/** The terms of a booking. Later changes by the partner do not affect them. */
export function policyOf(booking: BookingRow, performance: PerformanceRow): CancellationPolicy {
  const { cancellationDeadlineHours, cancellationFeeMinor } = booking
  const { status, startsAt } = performance
  const isMoved = performance.moveCount > booking.moveCount
  return { status, startsAt, cancellationDeadlineHours, cancellationFeeMinor, isMoved }
}

/** Whether the customer may cancel at that time. There is no deadline while a performance has no date. */
export function mayCancelAt(policy: CancellationPolicy, now: Date): boolean {
  if (policy.isMoved && policy.status === 'POSTPONED') return true
  const deadline = cancellationDeadline(policy)
  return deadline !== null && now < deadline
}

/**
 * The cancellation deadline; null when customers can never cancel, and when none is set yet. After a move, earlier customers can
 * cancel until the performance starts.
 */
export function cancellationDeadline(policy: CancellationPolicy): Date | null {
  if (policy.isMoved) return policy.status === 'POSTPONED' ? null : policy.startsAt
  if (policy.cancellationDeadlineHours === null) return null
  return new Date(policy.startsAt.getTime() - policy.cancellationDeadlineHours * 3_600_000)
}

/** The cancellation fee per ticket. None for staff, and for a performance that was moved or cancelled. */
export function cancellationFee(policy: CancellationPolicy, isByStaff: boolean): number {
  return isByStaff || policy.isMoved || policy.status === 'CANCELLED' ? 0 : policy.cancellationFeeMinor
}

/** The refund of a line: price and fee, less the cancellation fee, and never below zero. */
export function refundOfLine(line: Pick<BookingLineRow, 'priceMinor' | 'feeMinor'>, keptMinor: number): number {
  return Math.max(0, line.priceMinor + line.feeMinor - keptMinor)
}
