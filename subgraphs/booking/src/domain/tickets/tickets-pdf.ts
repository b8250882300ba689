import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import type { PrintedTicket } from '@tikitu/ticket-pdf/ticket'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { returnTermsOf } from '../bookings/return-terms.ts'
import { organizerOf } from '../catalogue/organizer.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { codeFor, lineOfTicket } from './get-ticket.ts'
import { localeOfReader } from './reader-locale.ts'
import { printedTickets } from './renderings.ts'

/** The caller's tickets of a booking as one PDF, one page each, in the caller's language; null without any. */
export async function ticketsPdf(ctx: Ctx, booking: BookingRow): Promise<Buffer | null> {
  const printed = await ticketsToPrint(ctx, booking)
  if (printed.length === 0) return null
  const look = { locale: await localeOfReader(ctx), mapUrl: await configuredMap(ctx) }
  return await printedTickets(
    ctx,
    printed.map(({ content }) => content),
    look,
  )
}

/** The caller's tickets of a booking, with what is printed on each. */
export async function ticketsToPrint(
  ctx: Ctx,
  booking: BookingRow,
): Promise<{ ticket: TicketRow; content: PrintedTicket }[]> {
  const tickets = await ticketsOfCaller(ctx, booking)
  if (tickets.length === 0) return []
  const showing = await performanceSnapshot(ctx, booking.performanceId)
  const organizer = await organizerOf(ctx, booking)
  const returns = await returnTermsOf(ctx, booking)
  // Awaited at once: if one rejects while something else is awaited, the rejection is unhandled and ends the process.
  return await Promise.all(
    tickets.map(async (ticket, index) => {
      const part = { showing, organizer, returns, reference: booking.reference }
      const number = { number: index + 1, count: tickets.length }
      return { ticket, content: { ...part, ...number, ...(await ownPart(ctx, booking, ticket)) } }
    }),
  )
}

async function configuredMap(ctx: Ctx): Promise<string> {
  const { type, fallback } = configKeys['tickets.mapUrl']
  return await readConfig(ctx, { key: 'tickets.mapUrl', type, fallback, scopes: [] })
}

/** The tickets of a booking whose codes are visible to the caller. */
export async function ticketsOfCaller(ctx: Ctx, booking: BookingRow): Promise<TicketRow[]> {
  const tickets = await ctx.load.ticketsOfBooking.load(booking.id)
  return tickets.filter((ticket) => codeFor(ctx, ticket) !== null)
}

type OwnPart = Omit<PrintedTicket, 'showing' | 'organizer' | 'returns' | 'reference' | 'number' | 'count'>

async function ownPart(ctx: Ctx, { currency }: BookingRow, ticket: TicketRow): Promise<OwnPart> {
  const line = await lineOfTicket(ctx, ticket)
  const money = (amountMinor: number) => ({ amountMinor, currency })
  return {
    placeLabel: line.seatLabel,
    tierName: line.tierName,
    attendeeName: line.attendeeName,
    price: money(line.priceMinor),
    fee: money(line.feeMinor),
    tax: money(line.taxMinor + line.feeTaxMinor),
    code: ticket.code,
  }
}
