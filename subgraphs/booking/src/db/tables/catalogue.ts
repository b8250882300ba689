import { enumChecks, minor, moment, searchVector } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** A picture of an event. */
export interface EventImage {
  url: string
  /** What it shows, for those who do not see it. */
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

/** What is on sale: a play, a concert, a match. Its dated showings are performances. */
export const events = pgTable(
  'events',
  {
    id: text().primaryKey(),
    /** No foreign key, here and wherever a row names a partner, a person, a venue or a layout: see `partners.ts`. */
    partnerId: text().notNull(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    category: text({ enum: eventCategories }).notNull(),
    description: text().notNull().default(''),
    /** From which age people are let in; null when everybody is. */
    minimumAge: integer(),
    images: jsonb().$type<EventImage[]>().notNull().default([]),
    status: text({ enum: ['DRAFT', 'PUBLISHED', 'CANCELLED'] }).notNull(),
    cancellationReason: text(),
    /** The request to cancel it that waits for a second person: sales are paused meanwhile. */
    cancellationRequestId: text(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
    publishedAt: moment(),
    /**
     * When its next performance to come begins, and until when that can be told without looking at the performances: a trigger sets
     * the second to `-infinity` with every change of one. Whoever reads the first judges the second: see `next-start.ts`.
     */
    nextStartsAt: moment(),
    nextStartsUntil: timestamp({ withTimezone: true, mode: 'string' }).notNull().default('-infinity'),
    /**
     * The words of its title (A) and its description (B), and those of the houses that it is played in (C): also of performances
     * that are over, which a search leaves out by itself.
     */
    searchable: searchVector().notNull().default(''),
    /** By which rule they were cut; 0 when by none yet. */
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

/** A dated showing of an event. Its places were made from the layout when it was made, and stay as they are. */
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
    /** When it was cancelled: bookings that end from then on end because of it. Null for those cancelled before this was kept. */
    cancelledAt: moment(),
    /** The request to cancel it that waits for a second person: sales are paused meanwhile. */
    cancellationRequestId: text(),
    /** While it is POSTPONED, the date that was given up. */
    startsAt: moment().notNull(),
    /** When it was to begin before its newest move; null when it was never moved. */
    previousStartsAt: moment(),
    /** Counts its moves: each new date is one, and so is giving a date up. Holds and bookings keep the number they were made under. */
    moveCount: integer().notNull().default(0),
    movedAt: moment(),
    moveReason: text(),
    doorsAt: moment(),
    endsAt: moment(),
    /** The venue's time zone, as it was when the performance was made. */
    timeZone: text().notNull(),
    salesStartAt: moment().notNull(),
    salesEndAt: moment().notNull(),
    /** How many places one person may have in all, across holds and bookings. */
    maxPlacesPerPerson: integer().notNull(),
    currency: text().notNull(),
    /** The fee on each ticket: a fixed part, and a part of its price. */
    feeMinor: minor().notNull().default(0),
    feeBasisPoints: integer().notNull().default(0),
    /** Not shown and not sold until it is published; nobody else has heard of it. */
    isDraft: boolean().notNull().default(false),
    /** INCLUDED: prices and fees hold the tax. ADDED: it comes on top of them. */
    taxMode: text({ enum: ['INCLUDED', 'ADDED'] })
      .notNull()
      .default('INCLUDED'),
    /** The tax rate of prices, where a tier has none of its own. */
    taxBasisPoints: integer().notNull().default(0),
    /** The tax rate of fees. */
    feeTaxBasisPoints: integer().notNull().default(0),
    /** Until how many hours before it begins a customer may cancel; null when they may not. */
    cancellationDeadlineHours: integer(),
    /** What is kept of each ticket that a customer cancels, at most its price and fee. */
    cancellationFeeMinor: minor().notNull().default(0),
    /** ONCE: a ticket admits one time. REENTRY: it admits again after each exit. */
    entryRule: text({ enum: ['ONCE', 'REENTRY'] })
      .notNull()
      .default('ONCE'),
    /** Whether a choice of seats may leave a free seat alone between others. */
    allowsSingleSeats: boolean().notNull().default(false),
    capacity: integer().notNull(),
    /** Whether its partner said that another performance may be in the same hall at the same time. */
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

/** A price that places of one zone are sold at: adult, child, concession. */
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
    /** Its own tax rate, such as a reduced one; null: as the performance. */
    taxBasisPoints: integer(),
    /** From when until when it is sold, inside the sales window of the performance; null: as the performance. */
    salesStartAt: moment(),
    salesEndAt: moment(),
    /** Since when nobody can buy at it any more. */
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
