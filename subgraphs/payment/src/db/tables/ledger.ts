import { bigint, foreignKey, index, pgTable, text, timestamp, unique } from 'drizzle-orm/pg-core'
import { payments, refunds } from './payments.ts'

const moment = () => timestamp({ withTimezone: true })
const minor = () => bigint({ mode: 'number' })

/** Where money stands: one account per kind, owner and currency. Its id says all three. */
export const ledgerAccounts = pgTable(
  'ledger_accounts',
  {
    /** `PARTNER_PAYABLE:ptr_…:EUR` */
    id: text().primaryKey(),
    kind: text({
      enum: ['PROVIDER_CLEARING', 'PARTNER_PAYABLE', 'PLATFORM_FEES', 'PLATFORM_COMMISSION', 'SUSPENSE'],
    }).notNull(),
    /** The partner or the provider; the platform itself when empty. */
    owner: text().notNull(),
    currency: text().notNull(),
  },
  (table) => [unique('ledger_accounts_currency').on(table.id, table.currency)],
)

/**
 * The journal: one row per movement of money. Rows are never changed or removed (a trigger refuses it); a mistake is put
 * right by a reversal. The unique payment and refund are what posts each capture and each refund once.
 */
export const transactions = pgTable(
  'transactions',
  {
    id: text().primaryKey(),
    kind: text({ enum: ['CAPTURE', 'REFUND', 'MISMATCHED_CAPTURE', 'REVERSAL'] }).notNull(),
    paymentId: text()
      .notNull()
      .references(() => payments.id),
    refundId: text().references(() => refunds.id),
    /** The transaction that this one takes back. */
    reversesId: text(),
    partnerId: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    /** When the provider moved the money. */
    occurredAt: moment().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [
    unique('transactions_once').on(table.paymentId, table.kind, table.refundId, table.reversesId).nullsNotDistinct(),
    index('transactions_partner').on(table.partnerId, table.id),
    foreignKey({ columns: [table.reversesId], foreignColumns: [table.id] }),
  ],
)

/**
 * What a transaction did to an account: above zero is a debit, below zero a credit. At commit the database checks that
 * every transaction balances per currency.
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
  },
  (table) => [
    index('ledger_entries_transaction').on(table.transactionId),
    index('ledger_entries_account').on(table.accountId),
    foreignKey({
      columns: [table.accountId, table.currency],
      foreignColumns: [ledgerAccounts.id, ledgerAccounts.currency],
    }),
  ],
)

export type LedgerAccountRow = typeof ledgerAccounts.$inferSelect
export type TransactionRow = typeof transactions.$inferSelect
export type LedgerEntryRow = typeof ledgerEntries.$inferSelect
