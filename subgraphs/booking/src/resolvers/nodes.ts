import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { getBooking } from '../domain/bookings/get-booking.ts'
import { getCancellationRequest } from '../domain/cancellations/list-cancellation-requests.ts'
import { getEvent, getPerformance } from '../domain/catalogue/get-event.ts'
import { getHold } from '../domain/inventory/get-hold.ts'
import { getTicket } from '../domain/tickets/get-ticket.ts'

/** How each node type is loaded, as far as it is visible to the caller. */
export const nodes: NodeGetters<Ctx> = {
  Booking: getBooking,
  CancellationRequest: getCancellationRequest,
  Event: getEvent,
  Hold: getHold,
  Performance: getPerformance,
  Ticket: getTicket,
}
