import { requireUser } from '@tikitu/kit/auth/viewer'
import { getIssue, listIssues } from '../domain/issues/list-issues.ts'
import { listLedgerBalances } from '../domain/ledger/ledger-balances.ts'
import { listTransactions } from '../domain/ledger/list-transactions.ts'
import { getPayment } from '../domain/payments/get-payment.ts'
import { listRefunds } from '../domain/refunds/list-refunds.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => ({ id: requireUser(ctx.viewer).userId }),
  payment: (_parent, { id }, ctx) => getPayment(ctx, id),
  transactions: (_parent, args, ctx) => listTransactions(ctx, args),
  refunds: (_parent, args, ctx) => listRefunds(ctx, args),
  paymentIssues: (_parent, args, ctx) => listIssues(ctx, args),
  paymentIssue: (_parent, { id }, ctx) => getIssue(ctx, id),
  ledgerBalances: (_parent, args, ctx) => listLedgerBalances(ctx, args),
}
