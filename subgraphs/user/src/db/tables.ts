import { enumChecks, moment, searchVector } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'

/**
 * One row per person. The id is made of the Cognito `sub`, so the primary key is what gives each `sub` one row, however
 * often and wherever it is made. E-mail addresses change hands: nothing is keyed on them.
 */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    email: text(),
    /** Whether the person has proved that the address is theirs. */
    isEmailVerified: boolean().notNull().default(false),
    phone: text(),
    name: text(),
    /** The words of the name, and by which rule they were cut; 0 when by none yet. */
    nameWords: searchVector().notNull().default(''),
    searchRule: integer().notNull().default(0),
    locale: text().notNull(),
    timeZone: text().notNull(),
    avatarUrl: text(),
    /** Erasure will add states of its own. */
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    /** Grows by one with every change that others hear of. */
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    index('users_created_at').on(table.createdAt, table.id),
    index('users_status').on(table.status, table.createdAt, table.id).where(sql`status <> 'ACTIVE'`),
    index('users_email').on(sql`lower(${table.email}) text_pattern_ops`),
    index('users_phone').on(table.phone),
    index('users_name_words').using('gin', table.nameWords),
    index('users_search_rule').on(table.searchRule, table.id),
  ],
)

/** What a person prefers. Made with the person's row. */
export const userPreferences = pgTable('user_preferences', {
  userId: text()
    .primaryKey()
    .references(() => users.id),
  /** Null: as the person's locale. */
  language: text(),
  currency: text(),
  marketingConsent: boolean().notNull().default(false),
  /** Which text was agreed to, or refused, and when; null while nobody asked. */
  marketingConsentVersion: text(),
  marketingConsentAt: moment(),
  accessibilityNeeds: text().array().notNull().default([]),
  favouriteCategories: text().array().notNull().default([]),
})

/** Every answer to the question of marketing, kept as the proof that it was given. Rows are only ever added. */
export const consentRecords = pgTable(
  'consent_records',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id),
    isGiven: boolean().notNull(),
    version: text().notNull(),
    givenAt: moment().notNull(),
  },
  (table) => [index('consent_records_user').on(table.userId, table.givenAt)],
)

/**
 * Where people live, or want things sent. The partial unique index keeps a person from having two defaults; that there is
 * one when there is any is kept by changing a person's addresses under the lock of the person's row.
 */
export const addresses = pgTable(
  'addresses',
  {
    id: text().primaryKey(),
    userId: text()
      .notNull()
      .references(() => users.id),
    label: text(),
    recipient: text(),
    lines: text().array().notNull(),
    city: text().notNull(),
    region: text(),
    postalCode: text(),
    country: text().notNull(),
    isDefault: boolean().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [
    uniqueIndex('addresses_one_default').on(table.userId).where(sql`is_default`),
    index('addresses_user').on(table.userId, table.createdAt),
    check('addresses_lines', sql`cardinality(${table.lines}) between 1 and 3`),
  ],
)

/** Who belongs to which partner, as the newest fact of that partner says. */
export const partnerTeams = pgTable(
  'partner_teams',
  {
    partnerId: text().primaryKey(),
    version: integer().notNull(),
    /** Whether its members act as a partner: from verification until it is ended. */
    isRecognised: boolean().notNull(),
    memberIds: text().array().notNull(),
  },
  (table) => [index('partner_teams_members').using('gin', table.memberIds).where(sql`is_recognised`)],
)

/** Who is staff, as the newest fact of each person says. */
export const staffMembers = pgTable('staff_members', {
  userId: text().primaryKey(),
  version: integer().notNull(),
  isStaff: boolean().notNull(),
})

export type UserRow = typeof users.$inferSelect
export type UserPreferencesRow = typeof userPreferences.$inferSelect
export type AddressRow = typeof addresses.$inferSelect
