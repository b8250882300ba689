import { enumChecks, minor, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { performances, priceTiers } from './catalogue.ts'
import { holds } from './inventory.ts'

export const bookingStatuses = [
  'AWAITING_PAYMENT',
  'CONFIRMED',
  'PARTIALLY_CANCELLED',
  'CANCELLED',
  'EXPIRED',
  'FAILED',
  'NEEDS_REVIEW',
] as const

/** Why a payment was rejected: see `booking.rejected`. */
export const rejections = [
  'PLACES_TAKEN',
  'PERFORMANCE_CANCELLED',
  'AMOUNT_MISMATCH',
  'SALES_ENDED',
  'BOOKING_CANCELLED',
  'PLACE_LIMIT_REACHED',
  'ALREADY_PAID',
  'BOOKING_CLOSED',
] as const

/**
 * A purchase, paid or awaiting payment. Amounts are fixed when it is placed. The key on `holdId` allows one booking per hold, and
 * seats refer to that hold as long as the booking has them.
 */
export const bookings = pgTable(
  'bookings',
  {
    id: text().primaryKey(),
    /** Short reference for support and box office: `K7QM-2F9D`. */
    reference: text().notNull().unique(),
    holdId: text()
      .notNull()
      .unique()
      .references(() => holds.id),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    partnerId: text().notNull(),
    /** The customer. */
    userId: text().notNull(),
    /** AWAITING_PAYMENT ends at `expiresAt`, even before the sweep updates the status. */
    status: text({ enum: bookingStatuses }).notNull(),
    currency: text().notNull(),
    totalMinor: minor().notNull(),
    feesMinor: minor().notNull(),
    /** Included in the total. */
    taxMinor: minor().notNull(),
    /** Cancellation terms at the time of the booking; null hours when customers cannot cancel. */
    cancellationDeadlineHours: integer(),
    /** Cancellation fee per ticket. */
    cancellationFeeMinor: minor().notNull().default(0),
    /** Number of moves, and the start, of the performance when it was placed. */
    moveCount: integer().notNull().default(0),
    performanceStartsAt: moment(),
    /** The payment that confirmed it; null before, and for a free booking. */
    paymentId: text().references((): AnyPgColumn => bookingPayments.paymentId),
    expiresAt: moment().notNull(),
    placedAt: moment().notNull(),
    confirmedAt: moment(),
    /** When it expired, failed or was fully cancelled. */
    endedAt: moment(),
    /** The last failed attempt to end it after its performance was cancelled. */
    cancellationFailedAt: moment(),
    version: integer().notNull().default(1),
  },
  (table) => [
    ...enumChecks(table),
    index('bookings_payment').on(table.paymentId).where(sql`payment_id is not null`),
    index('bookings_user').on(table.userId, table.placedAt, table.id),
    index('bookings_performance').on(table.performanceId, table.placedAt, table.id),
    index('bookings_partner').on(table.partnerId, table.placedAt, table.id),
    index('bookings_partner_status').on(table.partnerId, table.status, table.placedAt, table.id),
    index('bookings_placed').on(table.placedAt, table.id),
    index('bookings_status').on(table.status, table.placedAt, table.id),
    index('bookings_unpaid').on(table.expiresAt).where(sql`status = 'AWAITING_PAYMENT'`),
    check('bookings_amounts', sql`least(${table.totalMinor}, ${table.feesMinor}, ${table.taxMinor}) >= 0`),
  ],
)

/** One row per seat of a booking, with its price. The lines add up exactly to the booking's total. */
export const bookingLines = pgTable(
  'booking_lines',
  {
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    seatNumber: integer('place_number').notNull(),
    seatLabel: text('place_label').notNull(),
    tierId: text()
      .notNull()
      .references(() => priceTiers.id),
    tierName: text().notNull(),
    attendeeName: text(),
    priceMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    /** Included in the price. */
    taxMinor: minor().notNull(),
    /** Included in the fee. */
    feeTaxMinor: minor().notNull().default(0),
    /** Tax rate of the price. */
    taxBasisPoints: integer().notNull().default(0),
    cancellationId: text().references(() => cancellations.id),
    /** Refund for its cancellation, at most its price and fee. */
    refundMinor: minor().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.bookingId, table.seatNumber] }),
    index('booking_lines_tier').on(table.tierId),
    index('booking_lines_cancellation').on(table.cancellationId).where(sql`cancellation_id is not null`),
    check('booking_lines_amounts', sql`least(${table.priceMinor}, ${table.feeMinor}, ${table.taxMinor}) >= 0`),
    check('booking_lines_refund', sql`${table.refundMinor} between 0 and ${table.priceMinor} + ${table.feeMinor}`),
    check('booking_lines_cancelled', sql`${table.refundMinor} = 0 or ${table.cancellationId} is not null`),
  ],
)

/** Tickets that were cancelled together. */
export const cancellations = pgTable(
  'cancellations',
  {
    id: text().primaryKey(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    /** The customer's reason, or an internal one of staff. */
    reason: text(),
    /** Message from staff or the organizer to the customer. */
    messageToCustomer: text(),
    /** Who cancelled: a user, or the booking service when the performance was cancelled. */
    cancelledBy: text().notNull(),
    /** Staff cancel without a deadline and without a fee. */
    isByStaff: boolean().notNull(),
    /** The approver, if one was needed. */
    approvedBy: text(),
    /** The refund by staff that voided these tickets, if any. */
    refundId: text(),
    /** Prices and fees less the cancellation fee, regardless of earlier refunds. */
    entitledMinor: minor().notNull().default(0),
    /** The refund: booking's estimate at first, then payment's decision. */
    refundMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    createdAt: moment().notNull(),
    /** When payment decided `refundMinor`; null before. */
    refundDecidedAt: moment(),
  },
  (table) => [
    index('cancellations_booking').on(table.bookingId, table.createdAt),
    check('cancellations_refund', sql`${table.refundMinor} between 0 and ${table.entitledMinor}`),
  ],
)

/** Every captured payment of a booking. Each either confirmed it, or was rejected and is refunded in full. */
export const bookingPayments = pgTable(
  'booking_payments',
  {
    paymentId: text().primaryKey(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    capturedAt: moment().notNull(),
    /** Why it was rejected; null when it confirmed the booking. */
    rejection: text({ enum: rejections }),
  },
  (table) => [
    ...enumChecks(table),
    index('booking_payments_booking').on(table.bookingId),
    /** A booking is paid once; a second payment can only be rejected. */
    uniqueIndex('booking_payments_taken').on(table.bookingId).where(sql`rejection is null`),
  ],
)

export const refundStatuses = [
  'REQUESTED',
  'ENDING_TICKETS',
  'APPROVED',
  'PENDING',
  'SUCCEEDED',
  'FAILED',
  'REJECTED',
] as const

/**
 * Every refund of a booking, in the newest state known here. Separate from payments, because either may arrive first.
 */
export const bookingRefunds = pgTable(
  'booking_refunds',
  {
    refundId: text().primaryKey(),
    /** No foreign key: a refund may arrive before its payment. */
    paymentId: text().notNull(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    cause: text({ enum: ['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF'] }).notNull(),
    status: text({ enum: refundStatuses }).notNull().default('SUCCEEDED'),
    /** Version of the refund's state; the highest wins. 0 when only its completion is known. */
    version: integer().notNull().default(0),
    /** Who requested it; null when unknown. */
    requestedBy: text(),
    /** The approver, if any. */
    approvedBy: text(),
    /** When this state was recorded. */
    refundedAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('booking_refunds_booking').on(table.bookingId),
    index('booking_refunds_requested_by').on(table.requestedBy, table.refundedAt).where(sql`cause = 'STAFF'`),
  ],
)

export type BookingRow = typeof bookings.$inferSelect
export type BookingLineRow = typeof bookingLines.$inferSelect
export type CancellationRow = typeof cancellations.$inferSelect
export type BookingPaymentRow = typeof bookingPayments.$inferSelect
export type BookingRefundRow = typeof bookingRefunds.$inferSelect
