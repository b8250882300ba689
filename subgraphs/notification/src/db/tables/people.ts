import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { categories, channels } from '../columns.ts'

/** What is known of each user, folded from user.changed: the highest version wins. */
export const recipients = pgTable(
  'recipients',
  {
    userId: text().primaryKey(),
    version: integer().notNull(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    email: text(),
    phone: text(),
    name: text(),
    locale: text().notNull(),
    timeZone: text().notNull(),
    marketingConsent: boolean().notNull(),
  },
  (table) => [...enumChecks(table), index('recipients_email').on(sql`lower(${table.email})`)],
)

/** What a person chose where it differs from what holds for everybody. */
export const preferences = pgTable(
  'preferences',
  {
    userId: text().notNull(),
    category: text({ enum: categories }).notNull(),
    channel: text({ enum: channels }).notNull(),
    isEnabled: boolean().notNull(),
    changedAt: moment().notNull(),
  },
  (table) => [...enumChecks(table), primaryKey({ columns: [table.userId, table.category, table.channel] })],
)

/** The secrets in unsubscribe links: each ends one category of e-mail for one person, and keeps working for ever. */
export const unsubscribeTokens = pgTable(
  'unsubscribe_tokens',
  {
    token: text().primaryKey(),
    userId: text().notNull(),
    category: text({ enum: categories }).notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [...enumChecks(table), uniqueIndex('unsubscribe_tokens_once').on(table.userId, table.category)],
)

/** When a person wants to be left alone, in minutes after midnight of their own time zone. */
export const quietHours = pgTable('quiet_hours', {
  userId: text().primaryKey(),
  startMinute: integer().notNull(),
  endMinute: integer().notNull(),
  changedAt: moment().notNull(),
})

/** Addresses that nothing is sent to any more, whatever a message is about. */
export const suppressions = pgTable(
  'suppressions',
  {
    channel: text({ enum: ['EMAIL', 'SMS'] }).notNull(),
    /** In lower case. */
    address: text().notNull(),
    reason: text({ enum: ['HARD_BOUNCE', 'COMPLAINT', 'MANUAL'] }).notNull(),
    detail: text(),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.channel, table.address] }),
    index('suppressions_created').on(table.createdAt, table.address),
  ],
)

/** Apps that can be reached by push. A token belongs to one user at a time: the one who signed in last on the device. */
export const devices = pgTable(
  'devices',
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    platform: text({ enum: ['APNS', 'FCM'] }).notNull(),
    token: text().notNull().unique(),
    name: text(),
    /** What SNS calls it; made when the first message is sent. */
    endpointArn: text(),
    createdAt: moment().notNull(),
    lastSeenAt: moment().notNull(),
    /** Since when the platform refuses the token. */
    disabledAt: moment(),
  },
  (table) => [...enumChecks(table), index('devices_user').on(table.userId)],
)

export type RecipientRow = typeof recipients.$inferSelect
export type PreferenceRow = typeof preferences.$inferSelect
export type QuietHoursRow = typeof quietHours.$inferSelect
export type SuppressionRow = typeof suppressions.$inferSelect
export type DeviceRow = typeof devices.$inferSelect
