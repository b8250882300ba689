import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { type AnyPgColumn, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bookings } from './bookings.ts'
import { performances } from './catalogue.ts'

/** Admission for one seat. `tickets_live_place` guarantees at most one ticket per seat that is not void. */
export const tickets = pgTable(
  'tickets',
  {
    id: text().primaryKey(),
    bookingId: text()
      .notNull()
      .references(() => bookings.id),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    seatNumber: integer('place_number').notNull(),
    /** The holder; initially the customer. */
    holderId: text().notNull(),
    /** Serial of the ticket's code; only the newest is admitted. */
    serial: integer().notNull().default(1),
    /** Signed content of the QR code: see `ticket-code.ts`. */
    code: text().notNull(),
    status: text({ enum: ['VALID', 'USED', 'OUT', 'VOID'] }).notNull(),
    /** Increases with every entry, exit and undone admission. */
    admissionVersion: integer().notNull().default(0),
    issuedAt: moment().notNull(),
    voidedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    uniqueIndex('tickets_live_place').on(table.performanceId, table.seatNumber).where(sql`status <> 'VOID'`),
    uniqueIndex('tickets_booking_place').on(table.bookingId, table.seatNumber),
    index('tickets_performance').on(table.performanceId),
    index('tickets_holder').on(table.holderId),
    check('tickets_voided', sql`(${table.status} = 'VOID') = (${table.voidedAt} is not null)`),
  ],
)

export const scanOutcomes = [
  'ADMITTED',
  'LEFT',
  'ALREADY_ADMITTED',
  'NOT_INSIDE',
  'NO_REENTRY',
  'VOID',
  'WRONG_PERFORMANCE',
  'PERFORMANCE_CANCELLED',
  'PERFORMANCE_POSTPONED',
  'NOT_GENUINE',
  'TOO_EARLY',
  'TOO_LATE',
] as const

/** Every scan at the door, including refused ones. The key on the nonce makes scans idempotent. */
export const checkIns = pgTable(
  'check_ins',
  {
    id: text().primaryKey(),
    /** The performance at the door. */
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    /** Unique value chosen by the scanner for each scan. */
    nonce: text().notNull(),
    direction: text({ enum: ['ENTRY', 'EXIT'] }).notNull(),
    /** Null when the code is not genuine. */
    ticketId: text().references(() => tickets.id),
    outcome: text({ enum: scanOutcomes }).notNull(),
    gate: text(),
    scannedBy: text().notNull(),
    scannedAt: moment().notNull(),
    /** The earlier admission that caused the refusal, if any. */
    earlierId: text().references((): AnyPgColumn => checkIns.id),
    undoneAt: moment(),
    undoneBy: text(),
  },
  (table) => [
    ...enumChecks(table),
    uniqueIndex('check_ins_nonce').on(table.performanceId, table.nonce),
    index('check_ins_performance').on(table.performanceId, table.scannedAt, table.id),
    index('check_ins_earlier').on(table.earlierId).where(sql`earlier_id is not null`),
    index('check_ins_ticket').on(table.ticketId, table.scannedAt),
  ],
)

export type TicketRow = typeof tickets.$inferSelect
export type CheckInRow = typeof checkIns.$inferSelect
