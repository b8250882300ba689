import { enumChecks, searchVector } from '@tikitu/kit/postgres/columns'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/*
 * The tables of this file are projections of what other services say: they can be emptied and folded anew from events, and what they
 * say may come late. So nothing has a foreign key to them.
 */

/** Projection of partner.changed; the highest version wins. */
export const partners = pgTable('partners', {
  id: text().primaryKey(),
  version: integer().notNull(),
  name: text().notNull(),
  status: text().notNull(),
  /** Whether their performances may be sold now. Sold tickets stay valid regardless. */
  canSell: boolean('may_sell').notNull(),
})

/** Members of a partner, replaced as a whole with each newer version of the partner. */
export const partnerMembers = pgTable(
  'partner_members',
  {
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    userId: text().notNull(),
    role: text({ enum: ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'] }).notNull(),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.partnerId, table.userId] }),
    index('partner_members_user').on(table.userId),
  ],
)

/** Projection of partner.venueChanged; the highest version wins. */
export const venues = pgTable(
  'venues',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    partnerId: text().notNull(),
    name: text().notNull(),
    city: text().notNull(),
    country: text().notNull(),
    addressLines: jsonb().$type<string[]>().notNull(),
    timeZone: text().notNull(),
    /** The words of its name and its city (C). */
    searchable: searchVector().notNull().default(''),
    /** The normalized city; null until indexed. */
    foldedCity: text(),
    /** Version of the indexing rule of these two; 0 when not indexed yet. */
    searchRule: integer().notNull().default(0),
  },
  (table) => [index('venues_city').on(table.foldedCity), index('venues_search_rule').on(table.searchRule, table.id)],
)

/** Published layouts. They never change, so they can be cached. */
export const layouts = pgTable(
  'layouts',
  {
    id: text().primaryKey(),
    venueId: text().notNull(),
    partnerId: text().notNull(),
    /** Sequence number at the venue, from 1. */
    number: integer().notNull(),
    name: text().notNull(),
    document: jsonb().notNull(),
    capacity: integer().notNull(),
    /** The normalized name, null until indexed, and the version of the indexing rule. */
    foldedName: text(),
    searchRule: integer().notNull().default(0),
  },
  (table) => [
    index('layouts_venue').on(table.venueId, table.number),
    index('layouts_search_rule').on(table.searchRule, table.id),
  ],
)

/** Projection of user.changed. Users who never changed are missing, and count as active. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    /** Language of their messages, as a BCP 47 tag; null when unknown. */
    locale: text(),
  },
  (table) => enumChecks(table),
)

export type PartnerRow = typeof partners.$inferSelect
export type VenueRow = typeof venues.$inferSelect
export type LayoutRow = typeof layouts.$inferSelect
