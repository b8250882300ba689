import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { amountIn, linesOfBooking, linesOfCancellation, reasonFor } from '../domain/bookings/booking-lines.ts'
import {
  maxShownRefunds,
  refundedTotal,
  refundStatusOf,
  refundsMade,
  refundUnderway,
} from '../domain/bookings/booking-refunds.ts'
import { cancellableUntil, isCancellable } from '../domain/bookings/cancellable-until.ts'
import { bookingStatusAt, getBooking } from '../domain/bookings/get-booking.ts'
import { quoteOf } from '../domain/bookings/quote.ts'
import { calendarFile, ticketsFile } from '../domain/tickets/ticket-files.ts'
import type {
  BookingLineResolvers,
  BookingRefundResolvers,
  BookingResolvers,
  CancellationResolvers,
} from '../generated/resolvers.ts'

export const Booking: BookingResolvers = {
  __resolveReference: ({ id }, ctx) => getBooking(ctx, id),
  calendarFile: (booking, _args, ctx) => calendarFile(ctx, booking),
  cancellableUntil: (booking, _args, ctx) => cancellableUntil(ctx, booking),
  cancellations: (booking, _args, ctx) => ctx.load.cancellationsOfBooking.load(booking.id),
  customer: (booking) => ({ id: booking.userId }),
  fees: ({ feesMinor, currency }) => ({ amountMinor: feesMinor, currency }),
  isCancellable: (booking, _args, ctx) => isCancellable(ctx, booking),
  lines: (booking, _args, ctx) => linesOfBooking(ctx, booking),
  performance: (booking, _args, ctx) => requireLoaded(ctx.load.performance, booking.performanceId),
  quote: (booking, _args, ctx) => quoteOf(ctx, booking),
  refundedTotal: (booking, _args, ctx) => refundedTotal(ctx, booking),
  refunds: async (booking, _args, ctx) => (await refundsMade(ctx, booking)).slice(-maxShownRefunds),
  refundStatus: (booking, _args, ctx) => refundStatusOf(ctx, booking),
  refundUnderway: (booking, _args, ctx) => refundUnderway(ctx, booking),
  status: (booking, _args, ctx) => bookingStatusAt(booking, ctx.now()),
  tax: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
  tickets: (booking, _args, ctx) => ctx.load.ticketsOfBooking.load(booking.id),
  ticketsFile: (booking, _args, ctx) => ticketsFile(ctx, booking),
  total: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
}

export const BookingLine: BookingLineResolvers = {
  fee: ({ feeMinor, currency }) => ({ amountMinor: feeMinor, currency }),
  isCancelled: (line) => line.cancellationId !== null,
  price: ({ priceMinor, currency }) => ({ amountMinor: priceMinor, currency }),
  refund: ({ refundMinor, currency }) => ({ amountMinor: refundMinor, currency }),
  feeTax: ({ feeTaxMinor, currency }) => ({ amountMinor: feeTaxMinor, currency }),
  tax: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
}

export const BookingRefund: BookingRefundResolvers = {
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
}

export const Cancellation: CancellationResolvers = {
  booking: (cancellation, _args, ctx) => requireLoaded(ctx.load.booking, cancellation.bookingId),
  fee: (cancellation, _args, ctx) => amountIn(ctx, cancellation, cancellation.feeMinor),
  isRefundFinal: ({ refundDecidedAt }) => refundDecidedAt !== null,
  lines: (cancellation, _args, ctx) => linesOfCancellation(ctx, cancellation),
  reason: (cancellation, _args, ctx) => reasonFor(ctx, cancellation),
  refund: (cancellation, _args, ctx) => amountIn(ctx, cancellation, cancellation.refundMinor),
  refundedBefore: (cancellation, _args, ctx) =>
    amountIn(ctx, cancellation, cancellation.entitledMinor - cancellation.refundMinor),
}
