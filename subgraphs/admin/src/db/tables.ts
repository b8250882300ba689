import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'

/** Staff. Who left stays, as the audit log names them; a person is on the staff once at most. */
export const adminUsers = pgTable(
  'admin_users',
  {
    id: text().primaryKey(),
    userId: text().notNull(),
    role: text({ enum: ['SUPERADMIN', 'SUPPORT', 'FINANCE', 'COMPLIANCE'] }).notNull(),
    version: integer().notNull().default(1),
    createdAt: moment().notNull(),
    removedAt: moment(),
  },
  (table) => [...enumChecks(table), uniqueIndex('admin_users_active').on(table.userId).where(sql`removed_at is null`)],
)

/** People the platform knows, so that nobody joins the staff by a mistyped id. */
export const knownUsers = pgTable('known_users', {
  userId: text().primaryKey(),
  version: integer().notNull(),
  status: text().notNull(),
})

/**
 * What happened. The database refuses to change or remove a row (trigger `audit_entries_frozen`), and each row's hash
 * covers the one before it in its tenant, so an altered row is found and located.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: text().primaryKey(),
    /** `platform`, or the partner it concerns: each has a chain of its own. */
    tenant: text().notNull(),
    /** Counts from 1 in its tenant, without a gap. */
    sequence: integer().notNull(),
    /** The event it was taken from; null for what admin itself did. */
    eventId: text().unique(),
    service: text().notNull(),
    action: text().notNull(),
    subjectType: text().notNull(),
    subjectId: text().notNull(),
    /** A user's id, `service:<name>`, or `anonymous`. */
    actor: text().notNull(),
    reason: text(),
    changes: jsonb().notNull(),
    requestId: text().notNull(),
    occurredAt: moment().notNull(),
    recordedAt: moment().notNull(),
    previousHash: text().notNull(),
    hash: text().notNull(),
  },
  (table) => [
    unique('audit_entries_chain').on(table.tenant, table.sequence),
    // One for each thing the log can be filtered by, in the order in which it is read.
    index('audit_entries_time').on(table.occurredAt, table.id),
    index('audit_entries_tenant').on(table.tenant, table.occurredAt, table.id),
    index('audit_entries_service').on(table.service, table.occurredAt, table.id),
    index('audit_entries_action').on(table.action, table.occurredAt, table.id),
    index('audit_entries_subject').on(table.subjectId, table.occurredAt, table.id),
    index('audit_entries_actor').on(table.actor, table.occurredAt, table.id),
  ],
)

/** The end of each tenant's chain. Its row is locked while an entry is added, so a chain never forks. */
export const auditHeads = pgTable('audit_heads', {
  tenant: text().primaryKey(),
  sequence: integer().notNull(),
  hash: text().notNull(),
})

/**
 * Checkpoints of each chain, one for every thousand entries: up to here it was recomputed, and its hash was this. A segment
 * between two checkpoints can be recomputed by itself.
 */
export const auditCheckpoints = pgTable(
  'audit_checkpoints',
  {
    tenant: text().notNull(),
    /** The last entry of the segment. */
    sequence: integer().notNull(),
    hash: text().notNull(),
    /** When the segment that ends here was last recomputed. */
    checkedAt: moment().notNull(),
    /** The first entry of the segment that was altered or is missing; null while it is intact. */
    brokenAtSequence: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.sequence] }),
    index('audit_checkpoints_oldest').on(table.checkedAt),
  ],
)

/** Configuration values as they are now. */
export const configEntries = pgTable(
  'config_entries',
  {
    key: text().notNull(),
    /** `platform`, or the id of a partner or an event. */
    scope: text().notNull(),
    /** Null where the value was taken back: a wider scope's then holds. */
    value: jsonb(),
    version: integer().notNull(),
    updatedAt: moment().notNull(),
    updatedBy: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.scope] })],
)

/** Every value that ever held. */
export const configHistory = pgTable(
  'config_history',
  {
    key: text().notNull(),
    scope: text().notNull(),
    version: integer().notNull(),
    value: jsonb(),
    reason: text(),
    changedAt: moment().notNull(),
    changedBy: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.scope, table.version] })],
)

export const featureFlags = pgTable(
  'feature_flags',
  {
    key: text().primaryKey(),
    description: text().notNull(),
    isEnabled: boolean().notNull(),
    percentage: integer().notNull(),
    isKilled: boolean().notNull(),
    segments: text().array().notNull(),
    version: integer().notNull(),
    updatedAt: moment().notNull(),
    updatedBy: text().notNull(),
  },
  (table) => [check('feature_flags_percentage', sql`${table.percentage} between 0 and 100`)],
)

/** What happened on a day, counted from events: each event is taken once, so each is counted once. */
export const dailyFigures = pgTable(
  'daily_figures',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    /** In UTC. */
    day: date({ mode: 'string' }).notNull(),
    metric: text().notNull(),
    /** Null where it concerns no partner. */
    partnerId: text(),
    /** Null where no money is counted. */
    currency: text(),
    count: integer().notNull(),
    amountMinor: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [
    unique('daily_figures_once').on(table.day, table.metric, table.partnerId, table.currency).nullsNotDistinct(),
  ],
)

/** How full performances are, counted from events. */
export const performanceFigures = pgTable(
  'performance_figures',
  {
    performanceId: text().primaryKey(),
    partnerId: text(),
    eventTitle: text(),
    startsAt: moment(),
    capacity: integer(),
    /** Of the event that told capacity and date; 0 until it came. */
    version: integer().notNull().default(0),
    sold: integer().notNull().default(0),
    /** Guests: tickets with an admission that stands. */
    admitted: integer().notNull().default(0),
    /** Those of them who have not gone out again. */
    inside: integer().notNull().default(0),
    /** Admissions that stand: each time a guest came in. */
    entries: integer().notNull().default(0),
    /** How often it was moved: admissions to an older date do not count. */
    moveCount: integer().notNull().default(0),
    /** Until when it is listed: its end, or the end of its sales. */
    toComeUntil: moment(),
  },
  (table) => [
    index('performance_figures_start').on(table.startsAt, table.performanceId),
    index('performance_figures_to_come').on(table.toComeUntil),
  ],
)

/** What is known of each ticket's admission: whole states, the highest version wins, so each counts once in any order. */
export const ticketAdmissions = pgTable(
  'ticket_admissions',
  {
    ticketId: text().primaryKey(),
    performanceId: text().notNull(),
    partnerId: text().notNull(),
    /** 0 while only single scans are known, from before states were told. */
    version: integer().notNull(),
    moveCount: integer().notNull(),
    isInside: boolean().notNull(),
    entries: integer().notNull(),
    /** In UTC, of the first admission that stands; null when none does. */
    admittedOn: date({ mode: 'string' }),
  },
  (table) => [index('ticket_admissions_performance').on(table.performanceId)],
)

/** Money that is stuck at payment, folded from payment.issueChanged. What was resolved stays, so that nothing late opens it again. */
export const paymentIssues = pgTable(
  'payment_issues',
  {
    issueId: text().primaryKey(),
    version: integer().notNull(),
    kind: text().notNull(),
    partnerId: text(),
    amountMinor: bigint({ mode: 'number' }).notNull(),
    currency: text().notNull(),
    openedAt: moment().notNull(),
    isOpen: boolean().notNull(),
  },
  (table) => [index('payment_issues_open').on(table.openedAt).where(sql`is_open`)],
)

export type AdminUserRow = typeof adminUsers.$inferSelect
export type AuditEntryRow = typeof auditEntries.$inferSelect
export type AuditCheckpointRow = typeof auditCheckpoints.$inferSelect
export type ConfigEntryRow = typeof configEntries.$inferSelect
export type ConfigHistoryRow = typeof configHistory.$inferSelect
export type FeatureFlagRow = typeof featureFlags.$inferSelect
export type TicketAdmissionRow = typeof ticketAdmissions.$inferSelect
export type PerformanceFiguresRow = typeof performanceFigures.$inferSelect
