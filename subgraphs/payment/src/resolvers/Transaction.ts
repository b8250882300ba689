import { requireLoaded } from '@tikitu/kit/loader'
import { getTransaction } from '../domain/get-transaction.ts'
import type { LedgerBalanceResolvers, LedgerEntryResolvers, TransactionResolvers } from '../generated/resolvers.ts'

export const Transaction: TransactionResolvers = {
  __resolveReference: ({ id }, ctx) => getTransaction(ctx, id),
  payment: ({ paymentId }, _args, ctx) => requireLoaded(ctx.load.payment, paymentId),
  refund: ({ refundId }, _args, ctx) => (refundId ? ctx.load.refund.load(refundId) : null),
  partner: ({ partnerId }) => ({ id: partnerId }),
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
