import type { Ctx } from '../../context.ts'
import type { BookingLineRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { getBooking } from '../bookings/get-booking.ts'

/** The ticket, if the caller holds it or can see its booking; null otherwise. */
export async function getTicket(ctx: Ctx, id: string): Promise<TicketRow | null> {
  const ticket = await ctx.load.ticket.load(id)
  if (!ticket) return null
  return isHolder(ctx, ticket) || (await getBooking(ctx, ticket.bookingId)) ? ticket : null
}

/** Whether the caller is the ticket's holder. */
export function isHolder(ctx: Ctx, ticket: TicketRow): boolean {
  return ctx.viewer.kind === 'user' && ctx.viewer.userId === ticket.holderId
}

/** The ticket's code, only for its holder; null when void. */
export function codeFor(ctx: Ctx, ticket: TicketRow): string | null {
  return isHolder(ctx, ticket) && ticket.status !== 'VOID' ? ticket.code : null
}

/** The ticket's booking line: seat, tier, attendee and price. */
export async function lineOfTicket(ctx: Ctx, ticket: TicketRow): Promise<BookingLineRow> {
  const lines = await ctx.load.linesOfBooking.load(ticket.bookingId)
  const line = lines.find((each) => each.seatNumber === ticket.seatNumber)
  if (!line) throw new Error(`ticket ${ticket.id} has no line`)
  return line
}
