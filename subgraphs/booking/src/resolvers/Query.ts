import { requireUser } from '@tikitu/kit/auth/viewer'
import { getBooking } from '../domain/bookings/get-booking.ts'
import { listBookings } from '../domain/bookings/list-bookings.ts'
import { listCancellationRequests } from '../domain/cancellations/list-cancellation-requests.ts'
import { getEvent, getEventBySlug, getPerformance } from '../domain/catalogue/get-event.ts'
import { searchEvents } from '../domain/catalogue/search-events.ts'
import { listCheckIns } from '../domain/check-in/list-check-ins.ts'
import { validateTicket } from '../domain/check-in/validate-ticket.ts'
import { getHold } from '../domain/inventory/get-hold.ts'
import { getTicket } from '../domain/tickets/get-ticket.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => ({ id: requireUser(ctx.viewer).userId }),
  booking: (_parent, { id }, ctx) => getBooking(ctx, id),
  bookings: (_parent, { filter, ...page }, ctx) => listBookings(ctx, filter, page),
  cancellationRequests: (_parent, args, ctx) => listCancellationRequests(ctx, args),
  checkIns: (_parent, { filter: { outcome, ...filter }, ...page }, ctx) =>
    listCheckIns(ctx, { ...filter, outcome: outcome === 'EXITED' ? 'LEFT' : outcome }, page),
  event: (_parent, { id }, ctx) => getEvent(ctx, id),
  eventBySlug: (_parent, { slug }, ctx) => getEventBySlug(ctx, slug),
  events: (_parent, args, ctx) => searchEvents(ctx, args),
  hold: (_parent, { id }, ctx) => getHold(ctx, id),
  performance: (_parent, { id }, ctx) => getPerformance(ctx, id),
  ticket: (_parent, { id }, ctx) => getTicket(ctx, id),
  validateTicket: (_parent, args, ctx) => validateTicket(ctx, args),
}
