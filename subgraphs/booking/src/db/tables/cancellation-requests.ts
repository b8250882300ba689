import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'

/**
 * Cancellations by staff and partners. DONE was below the limit and needed no approval. REQUESTED waits for a second person, and
 * nothing has been cancelled. The key allows one open request per performance or event.
 */
export const cancellationRequests = pgTable(
  'cancellation_requests',
  {
    id: text().primaryKey(),
    partnerId: text().notNull(),
    kind: text({ enum: ['TICKETS', 'PERFORMANCE', 'EVENT'] }).notNull(),
    /** The booking, the performance or the event. */
    subjectId: text().notNull(),
    /** The tickets, for kind TICKETS. */
    ticketIds: jsonb().$type<string[]>().notNull().default([]),
    /** Internal for tickets; public for performances and events. */
    reason: text(),
    messageToCustomer: text(),
    /** Maximum refund in minor units, by currency. */
    amounts: jsonb().$type<Record<string, number>>().notNull(),
    /** OBSOLETE: approved, but nothing was left to cancel. */
    status: text({ enum: ['DONE', 'REQUESTED', 'APPROVED', 'REJECTED', 'OBSOLETE'] }).notNull(),
    requestedBy: text().notNull(),
    /** The approver. */
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
