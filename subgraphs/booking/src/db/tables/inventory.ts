import { enumChecks, moment, transactionId } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { performances, priceTiers } from './catalogue.ts'

/** Prices in minor units of the performance's currency, with fees and tax rates. */
export interface ShownPrices {
  feeMinor: number
  feeBasisPoints: number
  taxBasisPoints: number
  /** Absent in holds from before fees were taxed: no tax on fees, and prices include tax. */
  feeTaxBasisPoints?: number
  taxMode?: 'INCLUDED' | 'ADDED'
  /** The price of each tier of the seats. */
  tiers: Record<string, number>
  /** Tax rates of tiers that override the default. */
  tierTaxes?: Record<string, number | null>
}

/** A temporary claim on seats. */
export const holds = pgTable(
  'holds',
  {
    id: text().primaryKey(),
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    userId: text().notNull(),
    /** Number of seats. A booking takes all of them or none. */
    seatCount: integer('place_count').notNull(),
    /** Number of moves of the performance at that time. */
    moveCount: integer().notNull().default(0),
    /** ACTIVE ends at `expiresAt`, even before the sweep updates the status. */
    status: text({ enum: ['ACTIVE', 'CONSUMED', 'RELEASED', 'EXPIRED'] }).notNull(),
    expiresAt: moment().notNull(),
    createdAt: moment().notNull(),
    endedAt: moment(),
    /** Prices at the time of the hold, as shown to the customer. Null in holds from before they were stored. */
    shownPrices: jsonb().$type<ShownPrices>(),
    /** Pseudonym of the network address, valid for a day. The address cannot be recovered from it. */
    clientKey: text(),
  },
  (table) => [
    ...enumChecks(table),
    index('holds_performance').on(table.performanceId),
    index('holds_user').on(table.userId, table.performanceId),
    /** Recent holds of a user and of an address: read by every new hold. */
    index('holds_person').on(table.userId, table.createdAt),
    index('holds_client').on(table.performanceId, table.clientKey, table.createdAt).where(sql`client_key is not null`),
    index('holds_active').on(table.expiresAt).where(sql`status = 'ACTIVE'`),
    index('holds_ended').on(table.endedAt).where(sql`status in ('RELEASED', 'EXPIRED')`),
  ],
)

/**
 * One row per seat: a numbered seat, or one unit of a general-admission section. It refers to at most one hold, so the primary key
 * makes overselling impossible. The rows are inserted with the performance.
 */
export const places = pgTable(
  'places',
  {
    performanceId: text()
      .notNull()
      .references(() => performances.id),
    /** Seat number in the layout, from 0. */
    number: integer().notNull(),
    section: integer().notNull(),
    /** Row in its section, best first; null for general admission. */
    row: integer(),
    /** Position in the row; adjacent seats differ by 1, seats across an aisle by 2. Null for general admission. */
    position: integer(),
    /**
     * Twice the position of the middle of the row, to keep it an integer: the best seats are close to it. Null as above, and in performances that an
     * older version created, until the next `db:migrate` (fill-row-middles.ts).
     */
    rowMiddle: integer(),
    zone: text().notNull(),
    /** Label as printed on the ticket. */
    label: text().notNull(),
    kind: text({ enum: ['SEAT', 'ACCESSIBLE', 'COMPANION', 'RESTRICTED_VIEW', 'STANDING'] }).notNull(),
    /**
     * HELD, by a hold or an unpaid booking, ends at `heldUntil`: every claim checks it. SOLD: its ticket is not void. HOUSE: blocked.
     */
    status: text({ enum: ['FREE', 'HELD', 'SOLD', 'HOUSE'] }).notNull(),
    holdId: text().references(() => holds.id),
    tierId: text().references(() => priceTiers.id),
    heldUntil: moment(),
    /** Why it is blocked, while it is. */
    houseReason: text(),
    /**
     * The transaction that changed it last, set by a trigger. A reader that has seen every transaction before N misses only seats
     * whose `changedIn` is N or later. This makes incremental availability possible without a contended counter.
     */
    changedIn: transactionId().notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.performanceId, table.number] }),
    index('places_tier').on(table.tierId).where(sql`tier_id is not null`),
    index('places_hold').on(table.holdId).where(sql`hold_id is not null`),
    /** Seats that may be free, best first. */
    index('places_open')
      .on(table.performanceId, table.zone, table.row, table.section, table.position, table.number)
      .where(sql`status in ('FREE', 'HELD')`),
    /** Changes since a version, and expired holds: read several times a second while availability is watched. */
    index('places_changed').on(table.performanceId, table.changedIn),
    index('places_lapsing').on(table.performanceId, table.heldUntil).where(sql`status = 'HELD'`),
    check('places_claim', sql`(${table.status} in ('HELD', 'SOLD')) = (${table.holdId} is not null)`),
    check('places_house', sql`(${table.status} = 'HOUSE') = (${table.houseReason} is not null)`),
  ],
)

export type HoldRow = typeof holds.$inferSelect
export type PlaceRow = typeof places.$inferSelect
