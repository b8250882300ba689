import { cancellationProgressOfEvent } from '../domain/cancellations/cancellation-progress.ts'
import { pendingRequestOf } from '../domain/cancellations/pending-request.ts'
import { getEvent } from '../domain/catalogue/get-event.ts'
import { listPerformances } from '../domain/catalogue/list-performances.ts'
import type { EventResolvers } from '../generated/resolvers.ts'

export const Event: EventResolvers = {
  __resolveReference: ({ id }, ctx) => getEvent(ctx, id),
  cancellationProgress: (event, _args, ctx) => cancellationProgressOfEvent(ctx, event),
  cancellationRequest: (event, _args, ctx) => pendingRequestOf(ctx, event),
  organizer: async (event, _args, ctx) => (await ctx.load.partner.load(event.partnerId))?.name ?? '',
  partner: (event) => ({ id: event.partnerId }),
  performances: (event, args, ctx) => listPerformances(ctx, event, args),
}
