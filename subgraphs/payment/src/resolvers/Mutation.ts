import { orRefusal } from '@tikitu/kit/errors'
import { confirmPayment } from '../domain/confirm-payment.ts'
import { approveRefund, rejectRefund } from '../domain/decide-refund.ts'
import { refundPayment } from '../domain/refund-payment.ts'
import { startPayment } from '../domain/start-payment.ts'
import { PaymentClosed, PaymentInProgress, QuoteExpired, RefundTooLarge } from '../errors.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  startPayment: (_parent, { input }, ctx) => orRefusal(startPayment(ctx, input), QuoteExpired, PaymentClosed),
  confirmPayment: (_parent, { input }, ctx) =>
    orRefusal(confirmPayment(ctx, input), QuoteExpired, PaymentClosed, PaymentInProgress),
  refundPayment: (_parent, { input }, ctx) => orRefusal(refundPayment(ctx, input), RefundTooLarge),
  approveRefund: (_parent, { input }, ctx) => approveRefund(ctx, input),
  rejectRefund: (_parent, { input }, ctx) => rejectRefund(ctx, input),
}
