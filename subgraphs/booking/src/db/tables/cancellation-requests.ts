import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'

/**
 * What staff and partners cancelled for others, or asked to. DONE was below the limit and needed nobody else; what is REQUESTED
 * waits for a second person, and nothing of it has happened. The key lets a performance or an event wait for one decision at a
 * time.
 */
export const cancellationRequests = pgTable(
  'cancellation_requests',
  {
    id: text().primaryKey(),
    partnerId: text().notNull(),
    kind: text({ enum: ['TICKETS', 'PERFORMANCE', 'EVENT'] }).notNull(),
    /** The booking, the performance or the event. */
    subjectId: text().notNull(),
    /** The tickets, when it is of kind TICKETS. */
    ticketIds: jsonb().$type<string[]>().notNull().default([]),
    /** Of tickets: for the staff. Of performances and events: for everybody. */
    reason: text(),
    messageToCustomer: text(),
    /** What goes back at most, by currency, in its smallest unit. */
    amounts: jsonb().$type<Record<string, number>>().notNull(),
    /** OBSOLETE: when it was approved there was nothing left to cancel. */
    status: text({ enum: ['DONE', 'REQUESTED', 'APPROVED', 'REJECTED', 'OBSOLETE'] }).notNull(),
    requestedBy: text().notNull(),
    /** The second person. */
    decidedBy: text(),
    createdAt: moment().notNull(),
    decidedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('cancellation_requests_partner').on(table.partnerId, table.id).where(sql`status <> 'DONE'`),
    index('cancellation_requests_open').on(table.id).where(sql`status = 'REQUESTED'`),
    index('cancellation_requests_person').on(table.requestedBy, table.createdAt),
    index('cancellation_requests_subject').on(table.subjectId),
    uniqueIndex('cancellation_requests_one').on(table.subjectId).where(sql`status = 'REQUESTED' and kind <> 'TICKETS'`),
    check('cancellation_requests_four_eyes', sql`${table.decidedBy} is distinct from ${table.requestedBy}`),
  ],
)

export type CancellationRequestRow = typeof cancellationRequests.$inferSelect
