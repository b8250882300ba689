import type { NodeGetters } from '@tikitu/kit/nodes'
import type { Ctx } from '../context.ts'
import { getBooking } from '../domain/get-booking.ts'
import { getEvent, getPerformance } from '../domain/get-event.ts'
import { getHold } from '../domain/get-hold.ts'
import { getTicket } from '../domain/get-ticket.ts'
import { getCancellationRequest } from '../domain/list-cancellation-requests.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Booking: getBooking,
  CancellationRequest: getCancellationRequest,
  Event: getEvent,
  Hold: getHold,
  Performance: getPerformance,
  Ticket: getTicket,
}
