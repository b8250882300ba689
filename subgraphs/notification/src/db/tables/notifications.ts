import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { categories, channels, kinds, skipReasons, statuses } from '../columns.ts'

/**
 * One row per message to one recipient over one channel. The unique index is what keeps a cause from telling the same
 * person the same thing twice, however often its event comes.
 */
export const notifications = pgTable(
  'notifications',
  {
    id: text().primaryKey(),
    /** What made it: the fact's own id, such as `booking.rejected:bkg_…`. */
    cause: text().notNull(),
    /** The user's id; the e-mail address of somebody who has no account. */
    recipient: text().notNull(),
    /** Null for somebody who has no account. No foreign key: `recipients` is a projection, and may hear of them later. */
    userId: text(),
    channel: text({ enum: channels }).notNull(),
    kind: text({ enum: kinds }).notNull(),
    category: text({ enum: categories }).notNull(),
    /** What the template is filled in with, read by the kind's own schema. May hold secrets: never shown. */
    data: jsonb().notNull(),
    /** When `data` is emptied: later when it is about tickets of a performance to come. Null once it was. */
    dataExpiresAt: moment().default(sql`now() + interval '90 days'`),
    /** The object it is about, for the app to open: `bkg_…`. */
    subjectId: text(),
    status: text({ enum: statuses }).notNull(),
    skipReason: text({ enum: skipReasons }),
    /** The number of attempts. A sender holds its number, so that a slow one cannot complete a later attempt. */
    attempts: integer().notNull().default(0),
    /** Not to be sent before: quiet hours, a pause before the next try. */
    notBefore: moment(),
    claimedAt: moment(),
    sentAt: moment(),
    /** What the provider calls it. */
    providerMessageId: text(),
    lastError: text(),
    /** As sent: an e-mail's subject, the title in the app. */
    title: text(),
    /** As sent, for the inbox in the app. */
    body: text(),
    link: text(),
    seenAt: moment(),
    readAt: moment(),
    archivedAt: moment(),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    uniqueIndex('notifications_once').on(table.cause, table.recipient, table.channel, table.kind),
    // An id holds the moment it was made, so the newest come last.
    index('notifications_user').on(table.userId, table.id),
    index('notifications_inbox').on(table.userId, table.id).where(sql`channel = 'IN_APP' and status = 'DELIVERED'`),
    index('notifications_unseen')
      .on(table.userId)
      .where(sql`channel = 'IN_APP' and status = 'DELIVERED' and seen_at is null and archived_at is null`),
    // What staff search by, in the order in which it is listed.
    index('notifications_subject').on(table.subjectId, table.id).where(sql`subject_id is not null`),
    index('notifications_state').on(table.status, table.kind, table.channel, table.id),
    index('notifications_address').on(table.recipient, table.id).where(sql`user_id is null`),
    /** Feedback of a provider names a message as the provider does. */
    index('notifications_provider').on(table.providerMessageId).where(sql`provider_message_id is not null`),
    index('notifications_data_expiry').on(table.dataExpiresAt).where(sql`data_expires_at is not null`),
    index('notifications_open')
      .on(table.status, table.notBefore)
      .where(sql`status in ('CREATED', 'SCHEDULED', 'QUEUED', 'SENDING', 'RETRY_WAIT')`),
    check('notifications_skipped', sql`(${table.status} = 'SKIPPED') = (${table.skipReason} is not null)`),
  ],
)

/** What happened to a message, step by step. Rows are only added. */
export const notificationSteps = pgTable(
  'notification_steps',
  {
    notificationId: text()
      .notNull()
      .references(() => notifications.id),
    /**
     * The order of the steps of a message. Those from before it was an identity counted from 1 for each message. It may begin again
     * after two thousand million steps: none is kept for that long.
     */
    ordinal: integer().notNull().generatedByDefaultAsIdentity({ startWith: 1_000, cycle: true }),
    status: text({ enum: statuses }).notNull(),
    detail: text(),
    at: moment().notNull(),
  },
  (table) => [...enumChecks(table), primaryKey({ columns: [table.notificationId, table.ordinal] })],
)

export type NotificationRow = typeof notifications.$inferSelect
export type NotificationStepRow = typeof notificationSteps.$inferSelect
