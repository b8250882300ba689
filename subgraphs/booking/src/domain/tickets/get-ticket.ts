import type { Ctx } from '../../context.ts'
import type { BookingLineRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { getBooking } from '../bookings/get-booking.ts'

/** The ticket, when the caller holds it or may see its booking; null otherwise. */
export async function getTicket(ctx: Ctx, id: string): Promise<TicketRow | null> {
  const ticket = await ctx.load.ticket.load(id)
  if (!ticket) return null
  return isHolder(ctx, ticket) || (await getBooking(ctx, ticket.bookingId)) ? ticket : null
}

/** Whether the ticket is the caller's to show at the door. */
export function isHolder(ctx: Ctx, ticket: TicketRow): boolean {
  return ctx.viewer.kind === 'user' && ctx.viewer.userId === ticket.holderId
}

/** The ticket's code, for its holder alone and as long as it may let somebody in. */
export function codeFor(ctx: Ctx, ticket: TicketRow): string | null {
  return isHolder(ctx, ticket) && ticket.status !== 'VOID' ? ticket.code : null
}

/** What was bought with the ticket: its place, tier, attendee and price. */
export async function lineOfTicket(ctx: Ctx, ticket: TicketRow): Promise<BookingLineRow> {
  const lines = await ctx.load.linesOfBooking.load(ticket.bookingId)
  const line = lines.find((each) => each.placeNumber === ticket.placeNumber)
  if (!line) throw new Error(`ticket ${ticket.id} has no line`)
  return line
}
