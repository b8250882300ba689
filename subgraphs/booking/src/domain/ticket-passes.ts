import { formatMoney } from '@tikitu/kit/money'
import type { Pass } from '@tikitu/kit/pass'
import type { Ctx } from '../context.ts'
import type { BookingRow } from '../db/tables/bookings.ts'
import type { TicketRow } from '../db/tables/tickets.ts'
import { codeFor, lineOfTicket } from './get-ticket.ts'
import { passesPdf } from './renderings.ts'
import { type Showing, showingOf } from './showing.ts'

/** The tickets of a booking that the caller holds, as one PDF with a page each; null when there is none to print. */
export async function ticketsPdf(ctx: Ctx, booking: BookingRow): Promise<Buffer | null> {
  const tickets = await ctx.load.ticketsOfBooking.load(booking.id)
  const printable = tickets.filter((ticket) => codeFor(ctx, ticket) !== null)
  if (printable.length === 0) return null
  const showing = await showingOf(ctx, booking.performanceId)
  const passes = printable.map(async (ticket) => await passOf(ctx, { booking, ticket, showing }))
  return await passesPdf(ctx, await Promise.all(passes))
}

async function passOf(
  ctx: Ctx,
  { booking, ticket, showing }: { booking: BookingRow; ticket: TicketRow; showing: Showing },
): Promise<Pass> {
  const line = await lineOfTicket(ctx, ticket)
  const price = { amountMinor: line.priceMinor, currency: booking.currency }
  const venue = [showing.venueName, ...showing.venueAddressLines, showing.venueCity].filter((part) => part !== '')
  const lines = [
    { label: 'Place', value: line.placeLabel },
    { label: 'Ticket', value: `${line.tierName}, ${formatMoney(price, 'en')}` },
    { label: 'Name', value: line.attendeeName ?? '' },
    { label: 'Doors', value: showing.doorsAt ? timeIn(showing.timeZone, showing.doorsAt, { timeStyle: 'short' }) : '' },
    { label: 'Venue', value: venue.join(', ') },
    { label: 'Booking', value: booking.reference },
  ]
  return {
    title: showing.eventTitle,
    subtitle:
      showing.status === 'POSTPONED'
        ? 'Postponed: there is no new date yet'
        : timeIn(showing.timeZone, showing.startsAt, { dateStyle: 'full', timeStyle: 'short' }),
    lines: lines.filter(({ value }) => value !== ''),
    code: ticket.code,
    footer:
      'Show this code at the door, on paper or on a screen. Keep it to yourself: whoever shows it first is let in.',
  }
}

function timeIn(timeZone: string, moment: string, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone }).format(new Date(moment))
}
