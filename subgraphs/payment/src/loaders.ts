import type { Db } from '@tikitu/kit/postgres/database'
import { loadersOf, rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { asc } from 'drizzle-orm'
import { paymentIssueSteps, paymentIssues } from './db/tables/issues.ts'
import { ledgerEntries } from './db/tables/ledger.ts'
import { paymentAttempts, payments, refunds } from './db/tables/payments.ts'
import { partnerMembers } from './db/tables/projections.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  payment: rowBy({ from: payments, by: payments.id }),
  paymentOfBooking: rowBy({ from: payments, by: payments.bookingId }),
  refund: rowBy({ from: refunds, by: refunds.id }),
  attemptsOfPayment: rowsBy({
    from: paymentAttempts,
    by: paymentAttempts.paymentId,
    order: [asc(paymentAttempts.sequence)],
  }),
  refundsOfPayment: rowsBy({ from: refunds, by: refunds.paymentId, order: [asc(refunds.id)] }),
  issuesOfPayment: rowsBy({
    from: paymentIssues,
    by: paymentIssues.paymentId,
    order: [asc(paymentIssues.openedAt), asc(paymentIssues.id)],
  }),
  stepsOfIssue: rowsBy({
    from: paymentIssueSteps,
    by: paymentIssueSteps.issueId,
    order: [asc(paymentIssueSteps.version)],
  }),
  entriesOfTransaction: rowsBy({
    from: ledgerEntries,
    by: ledgerEntries.transactionId,
    order: [asc(ledgerEntries.id)],
  }),
  membershipsOfUser: rowsBy({ from: partnerMembers, by: partnerMembers.userId }),
}

/** Rows by key, each kind in one query per tick. New per request; not for use inside a transaction. */
export function createLoaders(db: Db) {
  return loadersOf({ db }, makers)
}
