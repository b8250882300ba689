import { actOnIssue, approvePaymentIssue, rejectPaymentIssue } from '../domain/issues/act-on-issue.ts'
import { recordManualTransfer } from '../domain/issues/record-manual-transfer.ts'
import { confirmPayment } from '../domain/payments/confirm-payment.ts'
import { startPayment } from '../domain/payments/start-payment.ts'
import { approveRefund, rejectRefund } from '../domain/refunds/decide-refund.ts'
import { refundPayment } from '../domain/refunds/refund-payment.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  startPayment: (_parent, { input }, ctx) => startPayment(ctx, input),
  confirmPayment: (_parent, { input }, ctx) => confirmPayment(ctx, input),
  refundPayment: (_parent, { input }, ctx) => refundPayment(ctx, input),
  approveRefund: (_parent, { input }, ctx) => approveRefund(ctx, input),
  rejectRefund: (_parent, { input }, ctx) => rejectRefund(ctx, input),
  acceptPaymentDifference: (_parent, { input }, ctx) => actOnIssue(ctx, input, { action: 'ACCEPT' }),
  refundPaymentIssue: (_parent, { input }, ctx) => actOnIssue(ctx, input, { action: 'REFUND' }),
  retryPaymentIssue: (_parent, { input }, ctx) => actOnIssue(ctx, input, { action: 'RETRY' }),
  recordManualTransfer: (_parent, { input }, ctx) => recordManualTransfer(ctx, input),
  reverseManualTransfer: (_parent, { input }, ctx) => actOnIssue(ctx, input, { action: 'REVERSE_TRANSFER' }),
  closePaymentIssue: (_parent, { input }, ctx) => actOnIssue(ctx, input, { action: 'CLOSE' }),
  approvePaymentIssue: (_parent, { input }, ctx) => approvePaymentIssue(ctx, input),
  rejectPaymentIssue: (_parent, { input }, ctx) => rejectPaymentIssue(ctx, input),
}
