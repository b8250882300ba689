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

/** Why a payment is not taken: see `booking.rejected`. */
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
 * What somebody bought, or is about to. Amounts are fixed when it is placed. A hold becomes one booking at most, by the key
 * on `holdId`; the places name that hold for as long as the booking has them.
 */
export const bookings = pgTable(
  'bookings',
  {
    id: text().primaryKey(),
    /** What people read out on the telephone: `K7QM-2F9D`. */
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
    /** AWAITING_PAYMENT says nothing about time: it is over when `expiresAt` has come, whatever stands here. */
    status: text({ enum: bookingStatuses }).notNull(),
    currency: text().notNull(),
    totalMinor: minor().notNull(),
    feesMinor: minor().notNull(),
    /** Inside the total. */
    taxMinor: minor().notNull(),
    /** The terms of giving tickets back, as they were when it was placed: null hours when customers never may. */
    cancellationDeadlineHours: integer(),
    /** What is kept of each ticket. */
    cancellationFeeMinor: minor().notNull().default(0),
    /** How often the performance had been moved when it was placed, and when it was to begin then. */
    moveCount: integer().notNull().default(0),
    performanceStartsAt: moment(),
    /** The payment that confirmed it; null before, and when there was nothing to pay. */
    paymentId: text().references((): AnyPgColumn => bookingPayments.paymentId),
    expiresAt: moment().notNull(),
    placedAt: moment().notNull(),
    confirmedAt: moment(),
    /** When it expired, failed, or lost its last ticket. */
    endedAt: moment(),
    /** When booking last tried to end it because its performance was cancelled, and could not. */
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

/** One row per place of a booking, with what it costs: the lines of a booking add up to its total exactly. */
export const bookingLines = pgTable(
  'booking_lines',
  {
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    placeNumber: integer().notNull(),
    placeLabel: text().notNull(),
    tierId: text()
      .notNull()
      .references(() => priceTiers.id),
    tierName: text().notNull(),
    attendeeName: text(),
    priceMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    /** Inside the price. */
    taxMinor: minor().notNull(),
    /** Inside the fee. */
    feeTaxMinor: minor().notNull().default(0),
    /** The rate that the tax of the price was computed at. */
    taxBasisPoints: integer().notNull().default(0),
    cancellationId: text().references(() => cancellations.id),
    /** What went back for it when it was cancelled: at most its price and fee. */
    refundMinor: minor().notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.bookingId, table.placeNumber] }),
    index('booking_lines_tier').on(table.tierId),
    index('booking_lines_cancellation').on(table.cancellationId).where(sql`cancellation_id is not null`),
    check('booking_lines_amounts', sql`least(${table.priceMinor}, ${table.feeMinor}, ${table.taxMinor}) >= 0`),
    check('booking_lines_refund', sql`${table.refundMinor} between 0 and ${table.priceMinor} + ${table.feeMinor}`),
    check('booking_lines_cancelled', sql`${table.refundMinor} = 0 or ${table.cancellationId} is not null`),
  ],
)

/** Tickets that were given back together. */
export const cancellations = pgTable(
  'cancellations',
  {
    id: text().primaryKey(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    /** Why: of a customer in their own words, of staff as they wrote it down for themselves. */
    reason: text(),
    /** What staff or the organiser have to say to the customer. */
    messageToCustomer: text(),
    /** Who did it: a user, or booking itself when the performance was cancelled. */
    cancelledBy: text().notNull(),
    /** Staff cancel without a deadline and without a fee. */
    isByStaff: boolean().notNull(),
    /** The second person, where one was needed. */
    approvedBy: text(),
    /** The refund by staff that ended these tickets, when there was one. */
    refundId: text(),
    /** Prices and fees less the cancellation fee, whatever had gone back before. */
    entitledMinor: minor().notNull().default(0),
    /** What goes back: what booking knew to be left of the payment, then what payment decided. */
    refundMinor: minor().notNull(),
    feeMinor: minor().notNull(),
    createdAt: moment().notNull(),
    /** When payment said the last word on `refundMinor`; null while it has not. */
    refundDecidedAt: moment(),
  },
  (table) => [
    index('cancellations_booking').on(table.bookingId, table.createdAt),
    check('cancellations_refund', sql`${table.refundMinor} between 0 and ${table.entitledMinor}`),
  ],
)

/** Every payment that was captured for a booking. Each either confirmed it or was rejected, and is then refunded in full. */
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
    /** Why it was not taken; null when it confirmed the booking. */
    rejection: text({ enum: rejections }),
  },
  (table) => [
    ...enumChecks(table),
    index('booking_payments_booking').on(table.bookingId),
    /** A booking is paid once: a second payment can only be rejected. */
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
 * Every refund of a booking that payment knows of, in the state that is newest here. Kept apart from payments, as either may
 * become known first.
 */
export const bookingRefunds = pgTable(
  'booking_refunds',
  {
    refundId: text().primaryKey(),
    /** No foreign key: a refund may become known before its payment. */
    paymentId: text().notNull(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    cause: text({ enum: ['TICKETS_CANCELLED', 'BOOKING_REJECTED', 'STAFF'] }).notNull(),
    status: text({ enum: refundStatuses }).notNull().default('SUCCEEDED'),
    /** Counts the states of the refund: the highest wins. 0 when all that is known is that it went back. */
    version: integer().notNull().default(0),
    /** Who asked for it: null when that is not known. */
    requestedBy: text(),
    /** The second person, once there was one. */
    approvedBy: text(),
    /** When booking learned of the state it is in. */
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
