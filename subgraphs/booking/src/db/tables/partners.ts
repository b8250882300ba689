import { enumChecks, searchVector } from '@tikitu/kit/postgres/columns'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/*
 * The tables of this file are projections of what other services say: they can be emptied and folded anew from events, and what they
 * say may come late. So nothing has a foreign key to them.
 */

/** What booking knows of a partner: folded from partner.changed, the highest version wins. */
export const partners = pgTable('partners', {
  id: text().primaryKey(),
  version: integer().notNull(),
  name: text().notNull(),
  status: text().notNull(),
  /** Whether their performances may be sold now. Tickets that were sold stay valid without it. */
  maySell: boolean().notNull(),
})

/** Who may act for a partner. Replaced as a whole with each newer state of the partner. */
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

/** What booking knows of a venue: folded from partner.venueChanged, the highest version wins. */
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
    /** The city in the one form of all that people type for it; null while no rule made it. */
    foldedCity: text(),
    /** By which rule these two were made; 0 when by none yet. */
    searchRule: integer().notNull().default(0),
  },
  (table) => [index('venues_city').on(table.foldedCity), index('venues_search_rule').on(table.searchRule, table.id)],
)

/** Published layouts. They never change, so whoever has read one may keep it. */
export const layouts = pgTable(
  'layouts',
  {
    id: text().primaryKey(),
    venueId: text().notNull(),
    partnerId: text().notNull(),
    /** 1 for a venue's first. */
    number: integer().notNull(),
    name: text().notNull(),
    document: jsonb().notNull(),
    capacity: integer().notNull(),
    /** The name in the one form of all that people type for it; null while no rule made it, and by which rule that was. */
    foldedName: text(),
    searchRule: integer().notNull().default(0),
  },
  (table) => [
    index('layouts_venue').on(table.venueId, table.number),
    index('layouts_search_rule').on(table.searchRule, table.id),
  ],
)

/** What booking must know of a person: folded from user.changed. Nobody is in it who never changed: they are active. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    /** The language of their messages, a tag of BCP 47; null while booking has not heard of it. */
    locale: text(),
  },
  (table) => enumChecks(table),
)

export type PartnerRow = typeof partners.$inferSelect
export type VenueRow = typeof venues.$inferSelect
export type LayoutRow = typeof layouts.$inferSelect
