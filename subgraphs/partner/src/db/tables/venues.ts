import { enumChecks, moment, searchVector } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, doublePrecision, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { partners } from './partners.ts'

/** A picture of a venue with its alternative text. */
export interface VenueImageValue {
  url: string
  alt: string
}

/** Venues of partners. */
export const venues = pgTable(
  'venues',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    name: text().notNull(),
    description: text(),
    addressLines: text().array().notNull(),
    city: text().notNull(),
    postalCode: text(),
    country: text().notNull(),
    latitude: doublePrecision(),
    longitude: doublePrecision(),
    timeZone: text().notNull(),
    /** How the latest change of the time zone affects upcoming performances. */
    performanceTimes: text({ enum: ['KEEP_INSTANT', 'KEEP_LOCAL_TIME'] })
      .notNull()
      .default('KEEP_INSTANT'),
    /** The maximum number of people permitted in it. No layout can have more places. */
    capacity: integer().notNull(),
    accessibilityFeatures: text({
      enum: [
        'STEP_FREE_ACCESS',
        'LIFT',
        'ACCESSIBLE_TOILET',
        'ACCESSIBLE_PARKING',
        'HEARING_LOOP',
        'AUDIO_DESCRIPTION',
        'ASSISTANCE_DOGS',
        'QUIET_ROOM',
      ],
    })
      .array()
      .notNull(),
    accessibilityNotes: text(),
    images: jsonb().$type<VenueImageValue[]>().notNull(),
    /** The search words of its name and its city. */
    searchable: searchVector().notNull().default(''),
    /** The normalized city for comparison; null while not indexed. */
    foldedCity: text(),
    /** The version of the indexing rule of these two; 0 when not indexed yet. */
    searchRule: integer().notNull().default(0),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('venues_partner').on(table.partnerId, table.name, table.id),
    index('venues_city').on(table.foldedCity, table.name, table.id),
    index('venues_searchable').using('gin', table.searchable),
    index('venues_search_rule').on(table.searchRule, table.id),
    check('venues_capacity', sql`${table.capacity} > 0`),
    check('venues_location', sql`(${table.latitude} is null) = (${table.longitude} is null)`),
    check('venues_globe', sql`abs(${table.latitude}) <= 90 and abs(${table.longitude}) <= 180`),
  ],
)

/** Seating plans of venues. A trigger refuses every change of a published one. */
export const layouts = pgTable(
  'layouts',
  {
    id: text().primaryKey(),
    venueId: text()
      .notNull()
      .references(() => venues.id),
    partnerId: text().notNull(),
    name: text().notNull(),
    status: text({ enum: ['DRAFT', 'PUBLISHED'] }).notNull(),
    /** 1 for a venue's first published layout; null while it is a draft. */
    number: integer(),
    capacity: integer().notNull(),
    version: integer().notNull().default(1),
    createdBy: text().notNull(),
    createdAt: moment().notNull(),
    publishedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    unique('layouts_number').on(table.venueId, table.number),
    index('layouts_venue').on(table.venueId, table.id),
    check('layouts_published', sql`(${table.status} = 'PUBLISHED') = (${table.number} is not null)`),
  ],
)

/** The document of a layout, stored separately so that lists do not read megabytes. Frozen with its layout. */
export const layoutDocuments = pgTable('layout_documents', {
  layoutId: text()
    .primaryKey()
    .references(() => layouts.id, { onDelete: 'cascade' }),
  document: jsonb().notNull(),
})

export type VenueRow = typeof venues.$inferSelect
export type LayoutRow = typeof layouts.$inferSelect
