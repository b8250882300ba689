import { enumChecks, moment, transactionId } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { performances, priceTiers } from './catalogue.ts'

/** Prices in the smallest unit of the performance's currency, and what is added to them or inside them. */
export interface ShownPrices {
  feeMinor: number
  feeBasisPoints: number
  taxBasisPoints: number
  /** Absent from holds that were made before fees were taxed: no tax on fees, and all tax inside the prices. */
  feeTaxBasisPoints?: number
  taxMode?: 'INCLUDED' | 'ADDED'
  /** The price of each tier among the places. */
  tiers: Record<string, number>
  /** The tax rate of each tier that has one of its own. */
  tierTaxes?: Record<string, number | null>
}

/** A claim on places for some minutes. */
export const holds = pgTable(
  'holds',
  {
    id: text().primaryKey(),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    userId: text().notNull(),
    /** How many places were claimed: a booking is made from all of them or not at all. */
    placeCount: integer().notNull(),
    /** How often the performance had been moved by then. */
    moveCount: integer().notNull().default(0),
    /** ACTIVE says nothing about time: a hold is over when `expiresAt` has come, whatever stands here. */
    status: text({ enum: ['ACTIVE', 'CONSUMED', 'RELEASED', 'EXPIRED'] }).notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    endedAt: moment(),
    /** What the places cost when they were held, as their holder was shown it. Null in a hold from before this was kept. */
    shownPrices: jsonb().$type<ShownPrices>(),
    /** Stands for the network address that it was made from, for a day: who is behind it cannot be computed from it. */
    clientKey: text(),
  },
  (table) => [
    ...enumChecks(table),
    index('holds_performance').on(table.performanceId),
    index('holds_user').on(table.userId, table.performanceId),
    /** What somebody held lately, and what is held from an address: asked by every hold. */
    index('holds_person').on(table.userId, table.createdAt),
    index('holds_client').on(table.performanceId, table.clientKey, table.createdAt).where(sql`client_key is not null`),
    index('holds_active').on(table.expiresAt).where(sql`status = 'ACTIVE'`),
    index('holds_ended').on(table.endedAt).where(sql`status in ('RELEASED', 'EXPIRED')`),
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
    /** Counts through the layout from 0. */
    number: integer().notNull(),
    section: integer().notNull(),
    /** The row in its section, the best first; null where nobody has a place of their own. */
    row: integer(),
    /** The place in its row, with a step of 2 over an aisle: neighbours differ by 1. Null as above. */
    position: integer(),
    /**
     * Twice the position of the middle of the row, so that it is whole: the best seats are near it. Null as above, and in performances that an
     * older version made, until the next `db:migrate` (fill-row-middles.ts).
     */
    rowMiddle: integer(),
    zone: text().notNull(),
    /** Where to sit or stand, as printed on the ticket. */
    label: text().notNull(),
    kind: text({ enum: ['SEAT', 'ACCESSIBLE', 'COMPANION', 'RESTRICTED_VIEW', 'STANDING'] }).notNull(),
    /**
     * HELD, for a hold or an unpaid booking, is over when `heldUntil` has come: the statement that takes the place judges
     * that. SOLD: its ticket is not void.
     */
    status: text({ enum: ['FREE', 'HELD', 'SOLD', 'HOUSE'] }).notNull(),
    holdId: text().references(() => holds.id),
    tierId: text().references(() => priceTiers.id),
    heldUntil: moment(),
    /** Why the house keeps it back, while it does. */
    houseReason: text(),
    /**
     * The transaction that changed it last, written by a trigger. Whoever has seen every transaction before number N misses
     * only places whose `changedIn` is N or later: that is how a seat map is brought up to date, without a counter to queue for.
     */
    changedIn: transactionId().notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.performanceId, table.number] }),
    index('places_tier').on(table.tierId).where(sql`tier_id is not null`),
    index('places_hold').on(table.holdId).where(sql`hold_id is not null`),
    /** What a hold may still take, best first. */
    index('places_open')
      .on(table.performanceId, table.zone, table.row, table.section, table.position, table.number)
      .where(sql`status in ('FREE', 'HELD')`),
    /** What changed since an answer, and which holds lapsed: asked several times a second while people watch. */
    index('places_changed').on(table.performanceId, table.changedIn),
    index('places_lapsing').on(table.performanceId, table.heldUntil).where(sql`status = 'HELD'`),
    check('places_claim', sql`(${table.status} in ('HELD', 'SOLD')) = (${table.holdId} is not null)`),
    check('places_house', sql`(${table.status} = 'HOUSE') = (${table.houseReason} is not null)`),
  ],
)

export type HoldRow = typeof holds.$inferSelect
export type PlaceRow = typeof places.$inferSelect
