import { enumChecks, minor, moment, searchVector } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** An image of an event. */
export interface EventImage {
  url: string
  /** Alternative text for screen readers. */
  alt: string
}

export const eventCategories = [
  'CONCERT',
  'THEATRE',
  'OPERA',
  'DANCE',
  'COMEDY',
  'SPORTS',
  'FAMILY',
  'FESTIVAL',
  'EXHIBITION',
  'OTHER',
] as const

/** A production with one or more performances, such as a play, a concert or a match. */
export const events = pgTable(
  'events',
  {
    id: text().primaryKey(),
    /** No foreign key to partners, users, venues and layouts anywhere: see `partners.ts`. */
    partnerId: text().notNull(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    category: text({ enum: eventCategories }).notNull(),
    description: text().notNull().default(''),
    /** Minimum age in years; null for no limit. */
    minimumAge: integer(),
    images: jsonb().$type<EventImage[]>().notNull().default([]),
    status: text({ enum: ['DRAFT', 'PUBLISHED', 'CANCELLED'] }).notNull(),
    cancellationReason: text(),
    /** The open request to cancel it. Sales are paused while it is set. */
    cancellationRequestId: text(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
    publishedAt: moment(),
    /**
     * The start of its next upcoming performance, and until when that value is valid. A trigger sets the validity to `-infinity`
     * with every change of a performance. Readers must check it: see `next-start.ts`.
     */
    nextStartsAt: moment(),
    nextStartsUntil: timestamp({ withTimezone: true, mode: 'string' }).notNull().default('-infinity'),
    /**
     * The words of its title (A), its description (B) and its venues (C), including venues of past performances, which a search
     * excludes by itself.
     */
    searchable: searchVector().notNull().default(''),
    /** Version of the indexing rule; 0 when not indexed yet. */
    searchRule: integer().notNull().default(0),
  },
  (table) => [
    ...enumChecks(table),
    index('events_partner').on(table.partnerId, table.id),
    index('events_searchable').using('gin', table.searchable),
    index('events_search_rule').on(table.searchRule, table.id),
    index('events_next').on(table.nextStartsAt, table.id).where(sql`status = 'PUBLISHED'`),
    index('events_next_unknown').on(table.nextStartsUntil, table.id).where(sql`status = 'PUBLISHED'`),
    index('events_newest')
      .on(table.publishedAt, table.id)
      .where(sql`status = 'PUBLISHED' and next_starts_at is not null`),
    index('events_published').on(table.category, table.id).where(sql`status = 'PUBLISHED'`),
  ],
)

/** RESCHEDULED has a new date; POSTPONED has none yet. */
export const performanceStatuses = ['SCHEDULED', 'RESCHEDULED', 'POSTPONED', 'CANCELLED'] as const

/** One dated performance of an event. Its seats are fixed by the layout it was created from. */
export const performances = pgTable(
  'performances',
  {
    id: text().primaryKey(),
    eventId: text()
      .notNull()
      .references(() => events.id),
    partnerId: text().notNull(),
    venueId: text().notNull(),
    layoutId: text().notNull(),
    status: text({ enum: performanceStatuses }).notNull(),
    cancellationReason: text(),
    /** When it was cancelled. Bookings that end later end because of it. Null in rows from before this was stored. */
    cancelledAt: moment(),
    /** The open request to cancel it. Sales are paused while it is set. */
    cancellationRequestId: text(),
    /** While it is POSTPONED, the date that was given up. */
    startsAt: moment().notNull(),
    /** Start time before the last move; null if it was never moved. */
    previousStartsAt: moment(),
    /** Counts its moves: each new date is one, and so is giving a date up. Holds and bookings keep the number they were made under. */
    moveCount: integer().notNull().default(0),
    movedAt: moment(),
    moveReason: text(),
    doorsAt: moment(),
    endsAt: moment(),
    /** The venue's time zone. */
    timeZone: text().notNull(),
    salesStartAt: moment().notNull(),
    salesEndAt: moment().notNull(),
    /** Maximum number of seats per person, across holds and bookings. */
    maxSeatsPerPerson: integer('max_places_per_person').notNull(),
    currency: text().notNull(),
    /** The fee per ticket: a fixed amount plus a percentage of the price. */
    feeMinor: minor().notNull().default(0),
    feeBasisPoints: integer().notNull().default(0),
    /** Neither visible nor on sale until published; no event about it was sent. */
    isDraft: boolean().notNull().default(false),
    /** INCLUDED: prices and fees include tax. ADDED: tax is added to them. */
    taxMode: text({ enum: ['INCLUDED', 'ADDED'] })
      .notNull()
      .default('INCLUDED'),
    /** Default tax rate of prices; a tier can override it. */
    taxBasisPoints: integer().notNull().default(0),
    /** Tax rate of fees. */
    feeTaxBasisPoints: integer().notNull().default(0),
    /** Cancellation deadline in hours before the start; null when customers cannot cancel. */
    cancellationDeadlineHours: integer(),
    /** Cancellation fee per ticket, at most its price and fee. */
    cancellationFeeMinor: minor().notNull().default(0),
    /** ONCE: a ticket admits once. REENTRY: it admits again after each exit. */
    entryRule: text({ enum: ['ONCE', 'REENTRY'] })
      .notNull()
      .default('ONCE'),
    /** Whether a selection may leave a single empty seat between others. */
    allowsSingleSeats: boolean().notNull().default(false),
    capacity: integer().notNull(),
    /** Whether its partner allowed overlapping performances in the same hall. */
    allowsOverlap: boolean().notNull().default(false),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('performances_event').on(table.eventId, table.startsAt),
    index('performances_starts').on(table.startsAt).where(sql`status <> 'CANCELLED'`),
    index('performances_venue').on(table.venueId),
    check('performances_sales', sql`${table.salesStartAt} < ${table.salesEndAt}`),
    check(
      'performances_rates',
      sql`least(${table.feeMinor}, ${table.feeBasisPoints}, ${table.taxBasisPoints}, ${table.feeTaxBasisPoints}, ${table.cancellationFeeMinor}) >= 0`,
    ),
  ],
)

/** A price for the seats of one zone: adult, child, concession. */
export const priceTiers = pgTable(
  'price_tiers',
  {
    id: text().primaryKey(),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    zone: text().notNull(),
    name: text().notNull(),
    priceMinor: minor().notNull(),
    /** Tax rate, such as a reduced one; null: the performance's. */
    taxBasisPoints: integer(),
    /** Sale dates, within the sales window of the performance; null: the performance's. */
    salesStartAt: moment(),
    salesEndAt: moment(),
    /** When it was closed for new purchases. */
    closedAt: moment(),
    ordinal: integer().notNull(),
  },
  (table) => [
    index('price_tiers_performance').on(table.performanceId, table.ordinal),
    check('price_tiers_price', sql`${table.priceMinor} >= 0`),
    check('price_tiers_sales', sql`${table.salesStartAt} < ${table.salesEndAt}`),
  ],
)

export type EventRow = typeof events.$inferSelect
export type PerformanceRow = typeof performances.$inferSelect
export type PriceTierRow = typeof priceTiers.$inferSelect
