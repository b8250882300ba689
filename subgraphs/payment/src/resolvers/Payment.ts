import { failureMessage } from '../domain/payments/failure-message.ts'
import { getPayment, paymentStatusAt } from '../domain/payments/get-payment.ts'
import { latest } from '../domain/payments/latest.ts'
import { refundableOf } from '../domain/refunds/open-refund.ts'
import type { PaymentAttemptResolvers, PaymentResolvers } from '../generated/resolvers.ts'

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, ctx) => getPayment(ctx, id),
  booking: ({ bookingId }) => ({ id: bookingId }),
  status: (payment, _args, ctx) => paymentStatusAt(payment, ctx.now()),
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  fees: ({ feesMinor, currency }) => ({ amountMinor: feesMinor, currency }),
  tax: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
  refunded: ({ refundedMinor, currency }) => ({ amountMinor: refundedMinor, currency }),
  refundable: (payment) => ({ amountMinor: refundableOf(payment), currency: payment.currency }),
  nextAction: async (payment, _args, ctx) => {
    if (payment.status !== 'REQUIRES_ACTION') return null
    const latest = (await ctx.load.attemptsOfPayment.load(payment.id)).at(-1)
    return latest?.actionUrl ? { url: latest.actionUrl } : null
  },
  lastFailure: async (payment, _args, ctx) => {
    if (payment.status !== 'REQUIRES_METHOD') return null
    const latest = (await ctx.load.attemptsOfPayment.load(payment.id)).at(-1)
    return latest?.failureCode ? { code: latest.failureCode, message: failureMessage(latest.failureCode) } : null
  },
  attempts: async ({ id }, _args, ctx) => latest(await ctx.load.attemptsOfPayment.load(id)),
  refunds: async ({ id }, _args, ctx) => latest(await ctx.load.refundsOfPayment.load(id)),
  issues: async ({ id }, _args, ctx) => latest(await ctx.load.issuesOfPayment.load(id)),
}

export const PaymentAttempt: PaymentAttemptResolvers = {
  failure: ({ status, failureCode }) =>
    status === 'FAILED' && failureCode ? { code: failureCode, message: failureMessage(failureCode) } : null,
}
