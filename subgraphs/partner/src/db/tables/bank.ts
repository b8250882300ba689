import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { partners } from './partners.ts'

/**
 * Bank accounts for payouts. One person proposes an account and another confirms it (a check). At most one proposed and one
 * account in use per partner, by keys.
 */
export const bankAccounts = pgTable(
  'bank_accounts',
  {
    id: text().primaryKey(),
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    holderName: text().notNull(),
    country: text().notNull(),
    /** The IBAN, or the account number in countries without IBANs. Only its last four characters leave this service. */
    accountNumber: text().notNull(),
    /** The BIC or local bank code. */
    bankCode: text(),
    status: text({ enum: ['PROPOSED', 'IN_USE', 'REPLACED', 'WITHDRAWN'] }).notNull(),
    proposedBy: text().notNull(),
    proposedAt: moment().notNull(),
    confirmedBy: text(),
    confirmedAt: moment(),
    /** When payouts to it start: some days after it was confirmed, so that the partner's people can object. */
    usableFrom: moment(),
  },
  (table) => [
    ...enumChecks(table),
    index('bank_accounts_partner').on(table.partnerId),
    uniqueIndex('bank_accounts_proposed').on(table.partnerId).where(sql`status = 'PROPOSED'`),
    uniqueIndex('bank_accounts_in_use').on(table.partnerId).where(sql`status = 'IN_USE'`),
    check('bank_accounts_two_persons', sql`${table.confirmedBy} <> ${table.proposedBy}`),
    check(
      'bank_accounts_confirmed',
      sql`(${table.status} in ('IN_USE', 'REPLACED')) = (${table.confirmedBy} is not null)`,
    ),
  ],
)

export type BankAccountRow = typeof bankAccounts.$inferSelect
