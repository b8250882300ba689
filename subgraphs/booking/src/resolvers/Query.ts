import { getBooking } from '../domain/get-booking.ts'
import { getEvent, getEventBySlug, getPerformance } from '../domain/get-event.ts'
import { getHold } from '../domain/get-hold.ts'
import { getTicket } from '../domain/get-ticket.ts'
import { listBookings } from '../domain/list-bookings.ts'
import { listCancellationRequests } from '../domain/list-cancellation-requests.ts'
import { listCheckIns } from '../domain/list-check-ins.ts'
import { searchEvents } from '../domain/search-events.ts'
import { validateTicket } from '../domain/validate-ticket.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  booking: (_parent, { id }, ctx) => getBooking(ctx, id),
  bookings: (_parent, { filter, ...page }, ctx) => listBookings(ctx, filter, page),
  cancellationRequests: (_parent, args, ctx) => listCancellationRequests(ctx, args),
  checkIns: (_parent, { filter, ...page }, ctx) => listCheckIns(ctx, filter, page),
  event: (_parent, { id }, ctx) => getEvent(ctx, id),
  eventBySlug: (_parent, { slug }, ctx) => getEventBySlug(ctx, slug),
  events: (_parent, args, ctx) => searchEvents(ctx, args),
  hold: (_parent, { id }, ctx) => getHold(ctx, id),
  performance: (_parent, { id }, ctx) => getPerformance(ctx, id),
  ticket: (_parent, { id }, ctx) => getTicket(ctx, id),
  validateTicket: (_parent, args, ctx) => validateTicket(ctx, args),
}
