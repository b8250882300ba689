import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { transferOf } from '../domain/issues/bank-transfer.ts'
import { userOf } from '../domain/issues/issue-actor.ts'
import { getRefund, reasonFor } from '../domain/refunds/get-refund.ts'
import type { RefundResolvers } from '../generated/resolvers.ts'

export const Refund: RefundResolvers = {
  __resolveReference: ({ id }, ctx) => getRefund(ctx, id),
  payment: ({ paymentId }, _args, ctx) => requireLoaded(ctx.load.payment, paymentId),
  transfer: ({ transferReference, transferredOn }) => transferOf(transferReference, transferredOn),
  amount: ({ amountMinor, currency }) => ({ amountMinor, currency }),
  reason: (refund, _args, ctx) => reasonFor(ctx, refund),
  requestedBy: ({ requestedBy }) => userOf(requestedBy),
  requestedById: ({ requestedBy }) => requestedBy,
  tickets: ({ tickets }) => (Array.isArray(tickets) ? 'LISTED' : tickets),
  ticketIds: ({ tickets }) => (Array.isArray(tickets) ? tickets : []),
}
