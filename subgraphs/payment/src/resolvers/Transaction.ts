import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { getIssue } from '../domain/issues/list-issues.ts'
import { getTransaction } from '../domain/ledger/get-transaction.ts'
import type { LedgerBalanceResolvers, LedgerEntryResolvers, TransactionResolvers } from '../generated/resolvers.ts'

export const Transaction: TransactionResolvers = {
  __resolveReference: ({ id }, ctx) => getTransaction(ctx, id),
  payment: ({ paymentId }, _args, ctx) => (paymentId ? requireLoaded(ctx.load.payment, paymentId) : null),
  refund: ({ refundId }, _args, ctx) => (refundId ? ctx.load.refund.load(refundId) : null),
  issue: ({ issueId }, _args, ctx) => (issueId ? getIssue(ctx, issueId) : null),
  partner: ({ partnerId }) => (partnerId ? { id: partnerId } : null),
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  entries: ({ id }, _args, ctx) => ctx.load.entriesOfTransaction.load(id),
}

export const LedgerEntry: LedgerEntryResolvers = {
  account: ({ accountId }) => accountId,
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
}

export const LedgerBalance: LedgerBalanceResolvers = {
  account: ({ id }) => id,
}
