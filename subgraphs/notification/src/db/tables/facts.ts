import { bigint, index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from '../columns.ts'

/** Partners as others see them, folded from partner.changed. */
export const partners = pgTable('partners', {
  partnerId: text().primaryKey(),
  version: integer().notNull(),
  name: text().notNull(),
})

/** When performances are, folded from booking.performanceChanged. */
export const performances = pgTable('performances', {
  performanceId: text().primaryKey(),
  version: integer().notNull(),
  status: text({ enum: ['SCHEDULED', 'POSTPONED', 'CANCELLED'] }).notNull(),
  eventTitle: text().notNull(),
  startsAt: moment().notNull(),
})

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
