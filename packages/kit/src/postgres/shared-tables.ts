import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { accountStatuses } from '../auth/admission.ts'
import { staffRoles } from '../auth/viewer.ts'
import { enumChecks, moment } from './columns.ts'

/** Events this service has taken in. The primary key is what makes each take effect once. */
export const inboxEvents = pgTable('inbox_events', {
  eventId: text().primaryKey(),
  type: text().notNull(),
  receivedAt: moment().notNull(),
})

/** Mutations done under an idempotency key. The primary key is what makes a repeated request the same request. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    callerId: text().notNull(),
    operation: text().notNull(),
    key: text().notNull(),
    inputHash: text().notNull(),
    result: jsonb(),
    createdAt: moment().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.callerId, table.operation, table.key] }),
    index('idempotency_keys_created_at').on(table.createdAt),
  ],
)

/** The latest configuration known to this service. The primary key allows versions to be applied in any order. */
export const configValues = pgTable(
  'config_values',
  {
    key: text().notNull(),
    /** `platform`, or the id of what the value is for. */
    scope: text().notNull(),
    /** Null where the value was taken back: a wider scope's then holds. */
    value: jsonb(),
    version: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.scope] })],
)

/** The latest state of each feature flag known to this service. */
export const flagValues = pgTable('flag_values', {
  key: text().primaryKey(),
  version: integer().notNull(),
  isEnabled: boolean().notNull(),
  percentage: integer().notNull(),
  isKilled: boolean().notNull(),
  segments: text().array().notNull(),
})

/**
 * What this service has heard of each person's rights: of the account from `user`, of the place on the staff from `admin`. The
 * versions let facts come late, twice and in any order.
 */
export const accessSubjects = pgTable(
  'access_subjects',
  {
    userId: text().primaryKey(),
    accountStatus: text({ enum: accountStatuses }).notNull().default('ACTIVE'),
    accountVersion: integer().notNull().default(0),
    /** Null for users who are not, or no longer, staff. */
    staffRole: text({ enum: staffRoles }),
    staffVersion: integer().notNull().default(0),
    /** When the rights changed last; null for those of whom nothing but an active account was ever heard. */
    changedAt: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('access_subjects_changed').on(table.changedAt).where(sql`changed_at is not null`),
    index('access_subjects_staff').on(table.userId).where(sql`staff_role is not null`),
  ],
)
