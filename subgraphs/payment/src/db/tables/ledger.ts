import { enumChecks, minor, moment, transactionId } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { bigint, foreignKey, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { payments, refunds } from './payments.ts'

export const accountKinds = [
  'PROVIDER_CLEARING',
  'PARTNER_PAYABLE',
  'PARTNER_TAX',
  'PLATFORM_FEES',
  'PLATFORM_TAX',
  'PLATFORM_COMMISSION',
  'PLATFORM_LOSSES',
  'BANK',
  'SUSPENSE',
] as const

export const transactionKinds = [
  'CAPTURE',
  'REFUND',
  'MISMATCHED_CAPTURE',
  'MISMATCHED_REFUND',
  'ACCEPTED_DIFFERENCE',
  'SET_ASIDE',
  'RELEASED',
  'RETURNED_REFUND',
  'BANK_TRANSFER',
  'WRITE_OFF',
  'REVERSAL',
] as const

/** Ledger accounts, one per kind, owner and currency. The id contains all three. */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    /** `PARTNER_PAYABLE:ptr_…:EUR` */
    id: text().primaryKey(),
    kind: text({ enum: accountKinds }).notNull(),
    /** The partner or the provider; null for the platform itself. */
    owner: text(),
    currency: text().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    unique('ledger_accounts_currency').on(table.id, table.currency),
    index('ledger_accounts_owner').on(table.owner, table.kind),
  ],
)

/**
 * The journal: one row per movement of money. Rows never change (a trigger refuses it); a mistake is corrected by a
 * reversal. The unique key posts each capture and each refund once.
 */
export const transactions = pgTable(
  'transactions',
  {
    id: text().primaryKey(),
    kind: text({ enum: transactionKinds }).notNull(),
    /** Null when the payment is unknown. */
    paymentId: text().references(() => payments.id),
    refundId: text().references(() => refunds.id),
    /** The transaction that this one reverses. */
    reversesId: text(),
    /** The issue and its version at that time: each step of an issue posts once. */
    issueId: text(),
    step: integer(),
    partnerId: text(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    /** When the provider moved the money. */
    occurredAt: moment().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [
    ...enumChecks(table),
    unique('transactions_once')
      .on(table.paymentId, table.kind, table.refundId, table.reversesId, table.issueId, table.step)
      .nullsNotDistinct(),
    index('transactions_partner').on(table.partnerId, table.kind, table.currency, table.occurredAt, table.id),
    index('transactions_kind').on(table.kind, table.currency, table.occurredAt, table.id),
    index('transactions_issue').on(table.issueId),
    index('transactions_refund').on(table.refundId).where(sql`refund_id is not null`),
    index('transactions_reverses').on(table.reversesId).where(sql`reverses_id is not null`),
    foreignKey({ columns: [table.reversesId], foreignColumns: [table.id] }),
  ],
)

/**
 * A debit (positive) or credit (negative) of an account. At commit the database checks that every transaction balances per
 * currency.
 */
export const ledgerEntries = pgTable(
  'ledger_entries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    transactionId: text()
      .notNull()
      .references(() => transactions.id),
    accountId: text().notNull(),
    currency: text().notNull(),
    amountMinor: minor().notNull(),
    /** The database transaction that wrote it. It decides which entries a snapshot of balances covers. */
    postedIn: transactionId().notNull().default(sql`pg_current_xact_id()`),
  },
  (table) => [
    index('ledger_entries_transaction').on(table.transactionId),
    index('ledger_entries_account').on(table.accountId, table.postedIn),
    index('ledger_entries_posted').on(table.postedIn),
    foreignKey({
      columns: [table.accountId, table.currency],
      foreignColumns: [ledgerAccounts.id, ledgerAccounts.currency],
    }),
  ],
)

/**
 * The point up to which snapshots sum the entries: all of transactions before `horizon`, and all up to `floorId`. One row.
 * A horizon in the future comes from another cluster (a restored copy) and is ignored.
 */
export const ledgerHorizon = pgTable('ledger_horizon', {
  id: integer().primaryKey(),
  horizon: transactionId().notNull(),
  floorId: bigint({ mode: 'number' }).notNull(),
  takenAt: moment().notNull(),
})

/** The balance of an account at the horizon. Later entries are added when it is read. */
export const ledgerSnapshots = pgTable('ledger_snapshots', {
  accountId: text()
    .primaryKey()
    .references(() => ledgerAccounts.id),
  balanceMinor: minor().notNull(),
})

export type LedgerAccountRow = typeof ledgerAccounts.$inferSelect
export type TransactionRow = typeof transactions.$inferSelect
export type LedgerEntryRow = typeof ledgerEntries.$inferSelect
