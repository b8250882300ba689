import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { sql } from 'drizzle-orm'
import { check, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { partners } from './partners.ts'

/**
 * Where a partner is paid out to. One person proposes it and another confirms it: the check says so. At most one proposal
 * and one account in use per partner, by keys.
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
    /** An IBAN, or the account number where a country has none. Leaves this service only in its last four characters. */
    accountNumber: text().notNull(),
    /** A BIC, or what a country has in its place. */
    bankCode: text(),
    status: text({ enum: ['PROPOSED', 'IN_USE', 'REPLACED', 'WITHDRAWN'] }).notNull(),
    proposedBy: text().notNull(),
    proposedAt: moment().notNull(),
    confirmedBy: text(),
    confirmedAt: moment(),
    /** From when on it may be paid to: some days after it was confirmed, in which its people can object. */
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
