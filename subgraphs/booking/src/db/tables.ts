import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = () => timestamp({ withTimezone: true })

/** What is on sale: a play, a concert, a match. Its dated showings are performances. */
export const events = pgTable(
  'events',
  {
    id: text().primaryKey(),
    partnerId: text().notNull(),
    slug: text().notNull().unique(),
    title: text().notNull(),
    status: text({ enum: ['DRAFT', 'PUBLISHED', 'CANCELLED'] }).notNull(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
  },
  (table) => [index('events_partner').on(table.partnerId)],
)

/** A dated showing of an event. */
export const performances = pgTable(
  'performances',
  {
    id: text().primaryKey(),
    eventId: text()
      .notNull()
      .references(() => events.id),
    partnerId: text().notNull(),
    layoutId: text().notNull(),
    status: text({ enum: ['DRAFT', 'SCHEDULED', 'POSTPONED', 'CANCELLED'] }).notNull(),
    startsAt: moment().notNull(),
    salesStartAt: moment().notNull(),
    salesEndAt: moment().notNull(),
    /** How many places one person may have in all, across holds and bookings. */
    maxPlacesPerPerson: integer().notNull(),
    currency: text().notNull(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
  },
  (table) => [index('performances_event').on(table.eventId, table.startsAt)],
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
    priceMinor: integer().notNull(),
    ordinal: integer().notNull(),
  },
  (table) => [
    index('price_tiers_performance').on(table.performanceId, table.ordinal),
    check('price_tiers_price', sql`${table.priceMinor} >= 0`),
  ],
)

/** A claim on places for some minutes. */
export const holds = pgTable(
  'holds',
  {
    id: text().primaryKey(),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    userId: text().notNull(),
    /** ACTIVE says nothing about time: a hold is over when `expiresAt` has come, whatever stands here. */
    status: text({ enum: ['ACTIVE', 'CONSUMED', 'RELEASED', 'EXPIRED'] }).notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    endedAt: moment(),
  },
  (table) => [
    index('holds_user').on(table.userId, table.performanceId),
    index('holds_active').on(table.expiresAt).where(sql`status = 'ACTIVE'`),
  ],
)

/**
 * One row per place that can be sold: a numbered seat, or one of the places of a general-admission section. It names one
 * holder at most, so the primary key is what makes overselling impossible. The rows are made when the performance is.
 */
export const places = pgTable(
  'places',
  {
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    /** Counts through the layout from 0: the bit of this place in the availability bitmaps. */
    number: integer().notNull(),
    section: integer().notNull(),
    /** The row in its section, the best first; null where nobody has a place of their own. */
    row: integer(),
    /** The place in its row, with a step of 2 over an aisle: neighbours differ by 1. Null as above. */
    position: integer(),
    zone: text().notNull(),
    /** Where to sit or stand, as printed on the ticket. */
    label: text().notNull(),
    kind: text({ enum: ['SEAT', 'ACCESSIBLE', 'COMPANION', 'RESTRICTED_VIEW', 'STANDING'] }).notNull(),
    /** HELD is over when `heldUntil` has come: the statement that takes the place judges that. */
    status: text({ enum: ['FREE', 'HELD', 'BOOKED', 'SOLD', 'HOUSE'] }).notNull(),
    holdId: text().references(() => holds.id),
    tierId: text().references(() => priceTiers.id),
    heldUntil: moment(),
    /** Grows by one with every change, so that a map can be brought up to date from any earlier state. */
    changedAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.performanceId, table.number] }),
    index('places_hold').on(table.holdId).where(sql`hold_id is not null`),
    index('places_free')
      .on(table.performanceId, table.zone, table.section, table.row, table.position)
      .where(sql`status <> 'SOLD'`),
    check('places_claim', sql`(${table.status} in ('HELD', 'BOOKED', 'SOLD')) = (${table.holdId} is not null)`),
  ],
)

export type EventRow = typeof events.$inferSelect
export type PerformanceRow = typeof performances.$inferSelect
export type PriceTierRow = typeof priceTiers.$inferSelect
export type HoldRow = typeof holds.$inferSelect
export type PlaceRow = typeof places.$inferSelect
