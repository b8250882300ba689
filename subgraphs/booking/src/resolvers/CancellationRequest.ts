import { getCancellationRequest } from '../domain/cancellations/list-cancellation-requests.ts'
import type { CancellationRequestResolvers, CancelTicketsResultResolvers } from '../generated/resolvers.ts'

export const CancellationRequest: CancellationRequestResolvers = {
  __resolveReference: ({ id }, ctx) => getCancellationRequest(ctx, id),
  amounts: ({ amounts }) => Object.entries(amounts).map(([currency, amountMinor]) => ({ amountMinor, currency })),
  booking: ({ kind, subjectId }, _args, ctx) => (kind === 'TICKETS' ? ctx.load.booking.load(subjectId) : null),
  decidedBy: ({ decidedBy }) => (decidedBy ? { id: decidedBy } : null),
  event: ({ kind, subjectId }, _args, ctx) => (kind === 'EVENT' ? ctx.load.event.load(subjectId) : null),
  performance: ({ kind, subjectId }, _args, ctx) =>
    kind === 'PERFORMANCE' ? ctx.load.performance.load(subjectId) : null,
  requestedBy: ({ requestedBy }) => ({ id: requestedBy }),
}

export const CancelTicketsResult: CancelTicketsResultResolvers = {
  __resolveType: (outcome) => {
    if ('__typename' in outcome) return outcome.__typename as 'CancellationClosed'
    return 'amounts' in outcome ? 'CancellationRequest' : 'Cancellation'
  },
}
