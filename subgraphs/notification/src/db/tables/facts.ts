import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { bigint, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'

/** Partners as others see them, folded from partner.changed. */
export const partners = pgTable('partners', {
  partnerId: text().primaryKey(),
  version: integer().notNull(),
  name: text().notNull(),
})

/** When and where performances are, folded from booking.performanceChanged and from the tickets that are issued. */
export const performances = pgTable(
  'performances',
  {
    performanceId: text().primaryKey(),
    version: integer().notNull(),
    /** RESCHEDULED has a new date; POSTPONED has none yet: `startsAt` is the date that was given up. */
    status: text({ enum: ['SCHEDULED', 'RESCHEDULED', 'POSTPONED', 'CANCELLED'] }).notNull(),
    eventTitle: text().notNull(),
    startsAt: moment().notNull(),
    /** The number of moves. Ticket holders are notified of each move after their booking. */
    moveCount: integer().notNull().default(0),
    moveReason: text(),
    doorsAt: moment(),
    endsAt: moment(),
    /** This and the location are null until an event has provided them. */
    timeZone: text(),
    venueName: text(),
    venueCity: text(),
    venueAddressLines: jsonb().$type<string[]>(),
    /** The version that last changed something ticket holders are told, other than the date. */
    detailsVersion: integer().notNull().default(0),
  },
  (table) => enumChecks(table),
)

/**
 * Tickets that were issued or cancelled, whichever was heard of first: a message about a ticket that is gone by now is not
 * sent, and one about a payment that went through after all neither.
 */
export const tickets = pgTable(
  'tickets',
  {
    ticketId: text().primaryKey(),
    bookingId: text().notNull(),
    performanceId: text().notNull(),
    userId: text().notNull(),
    timeZone: text().notNull(),
    /** The date that the customer booked; null for tickets from before that was told. */
    bookedStartsAt: moment(),
    /** The newest move and the newest details that the holder knows of, or has a message about. */
    announcedMove: integer().notNull().default(0),
    announcedDetails: integer().notNull().default(0),
    issuedAt: moment(),
    cancelledAt: moment(),
  },
  (table) => [
    index('tickets_booking').on(table.bookingId),
    index('tickets_performance').on(table.performanceId, table.userId),
  ],
)

export type PerformanceRow = typeof performances.$inferSelect
export type TicketRow = typeof tickets.$inferSelect

/**
 * What payment decided to give back for a cause, folded from payment.refundDecided: no message says more. The key is what the
 * money goes back for: a cancellation or a rejected booking.
 */
export const refundDecisions = pgTable('refund_decisions', {
  causeId: text().primaryKey(),
  amountMinor: bigint({ mode: 'number' }).notNull(),
  currency: text().notNull(),
  decidedAt: moment().notNull(),
})
