import { getEvent, getEventBySlug, getPerformance } from '../domain/get-event.ts'
import { getHold } from '../domain/get-hold.ts'
import { searchEvents } from '../domain/search-events.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  event: (_parent, { id }, ctx) => getEvent(ctx, id),
  eventBySlug: (_parent, { slug }, ctx) => getEventBySlug(ctx, slug),
  events: (_parent, args, ctx) => searchEvents(ctx, args),
  hold: (_parent, { id }, ctx) => getHold(ctx, id),
  performance: (_parent, { id }, ctx) => getPerformance(ctx, id),
}
