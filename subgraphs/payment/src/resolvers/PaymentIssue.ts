import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { transferOf } from '../domain/issues/bank-transfer.ts'
import { moneyOrNull } from '../domain/issues/change-issue.ts'
import { actionsOf } from '../domain/issues/issue-actions.ts'
import { userOf } from '../domain/issues/issue-actor.ts'
import { getIssue } from '../domain/issues/list-issues.ts'
import { latest } from '../domain/payments/latest.ts'
import type {
  PaymentIssueRequestResolvers,
  PaymentIssueResolvers,
  PaymentIssueStepResolvers,
} from '../generated/resolvers.ts'

export const PaymentIssue: PaymentIssueResolvers = {
  __resolveReference: ({ id }, ctx) => getIssue(ctx, id),
  payment: ({ paymentId }, _args, ctx) => (paymentId ? requireLoaded(ctx.load.payment, paymentId) : null),
  refund: ({ refundId }, _args, ctx) => (refundId ? requireLoaded(ctx.load.refund, refundId) : null),
  partner: ({ partnerId }) => (partnerId ? { id: partnerId } : null),
  customer: ({ userId }) => (userId ? { id: userId } : null),
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  expected: ({ expectedMinor, expectedCurrency }) => moneyOrNull(expectedMinor, expectedCurrency),
  received: ({ receivedMinor, receivedCurrency }) => moneyOrNull(receivedMinor, receivedCurrency),
  suspense: ({ suspenseMinor, currency }) => ({ amountMinor: suspenseMinor, currency }),
  actions: async (issue, _args, ctx) => {
    const payment = issue.paymentId ? await ctx.load.payment.load(issue.paymentId) : null
    const refund = issue.refundId ? await ctx.load.refund.load(issue.refundId) : null
    return actionsOf({ issue, payment, refund })
  },
  transfer: ({ transferReference, transferredOn }) => transferOf(transferReference, transferredOn),
  history: async ({ id }, _args, ctx) => latest(await ctx.load.stepsOfIssue.load(id)),
}

export const PaymentIssueRequest: PaymentIssueRequestResolvers = {
  transfer: ({ transfer }) => transfer ?? null,
  requestedBy: ({ requestedBy }) => ({ id: requestedBy }),
  requestedAt: ({ requestedAt }) => new Date(requestedAt),
}

export const PaymentIssueStep: PaymentIssueStepResolvers = {
  user: ({ actor }) => userOf(actor),
}
