import { type FileLink, linkFile } from '@tikitu/storage/file-link'
import { bufferedFile, type OutgoingFile } from '@tikitu/storage/send-file'
import { walletPass } from '@tikitu/ticket-pdf/wallet-pass'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { getBooking } from '../bookings/get-booking.ts'
import { calendarFileOf } from './calendar-file.ts'
import { codeFor, getTicket } from './get-ticket.ts'
import { localeOfReader } from './reader-locale.ts'
import { qrPng } from './renderings.ts'
import { ticketsOfCaller, ticketsPdf, ticketsToPrint } from './tickets-pdf.ts'

/** The caller's tickets of a booking as a PDF; null without any. */
export async function ticketsFile(ctx: Ctx, booking: BookingRow): Promise<FileLink | null> {
  return (await ticketsOfCaller(ctx, booking)).length > 0 ? link(ctx, `${booking.id}.pdf`, booking.reference) : null
}

/** The booking's performance as an iCalendar file; null when the caller holds no ticket of the booking. */
export async function calendarFile(ctx: Ctx, booking: BookingRow): Promise<FileLink | null> {
  return (await ticketsOfCaller(ctx, booking)).length > 0 ? link(ctx, `${booking.id}.ics`, booking.reference) : null
}

/** The ticket's QR code as a PNG, only for its holder; null when void. */
export function qrFile(ctx: Ctx, ticket: TicketRow): FileLink | null {
  return codeFor(ctx, ticket) === null ? null : link(ctx, `${ticket.id}.png`, ticket.id)
}

/** The ticket as the JSON of a wallet pass, only for its holder; null when void. */
export function passFile(ctx: Ctx, ticket: TicketRow): FileLink | null {
  return codeFor(ctx, ticket) === null ? null : link(ctx, `${ticket.id}.json`, ticket.id)
}

/** The file behind a link, as it is now; null when its caller may no longer read it, or nothing is left to read. */
export async function openTicketFile(ctx: Ctx, name: string): Promise<OutgoingFile | null> {
  const [, id = '', kind = ''] = /^((?:bkg|tkt)_\w+)\.(\w+)$/.exec(name) ?? []
  const made = await makers[kind]?.(ctx, id)
  return made ? bufferedFile(made.content, namesOf(kind, made.name)) : null
}

type Maker = (ctx: Ctx, id: string) => Promise<{ content: Buffer; name: string } | null>

const makers: Readonly<Record<string, Maker>> = {
  pdf: ofBooking(ticketsPdf),
  ics: ofBooking(async (ctx, booking) => {
    const calendar = await calendarFileOf(ctx, booking)
    return calendar === null ? null : Buffer.from(calendar)
  }),
  png: ofTicket((ctx, { code }) => qrPng(ctx, code)),
  json: ofTicket(passOf),
}

function ofBooking(make: (ctx: Ctx, booking: BookingRow) => Promise<Buffer | null>): Maker {
  return async (ctx, id) => {
    const booking = await getBooking(ctx, id)
    const content = booking && (await make(ctx, booking))
    return content && { content, name: booking.reference }
  }
}

function ofTicket(make: (ctx: Ctx, ticket: TicketRow) => Promise<Buffer | null>): Maker {
  return async (ctx, id) => {
    const ticket = await getTicket(ctx, id)
    const content = ticket && codeFor(ctx, ticket) ? await make(ctx, ticket) : null
    return content && { content, name: id }
  }
}

async function passOf(ctx: Ctx, { id: ticketId, bookingId, performanceId }: TicketRow): Promise<Buffer | null> {
  const booking = await ctx.load.booking.load(bookingId)
  const tickets = booking ? await ticketsToPrint(ctx, booking) : []
  const found = tickets.find(({ ticket }) => ticket.id === ticketId)
  if (!found) return null
  return Buffer.from(JSON.stringify(walletPass(found.content, { ticketId, performanceId }, await localeOfReader(ctx))))
}

function link(ctx: Ctx, file: `${string}.${'pdf' | 'ics' | 'png' | 'json'}`, name: string): FileLink {
  const kind = file.slice(file.lastIndexOf('.') + 1)
  return linkFile(ctx, { path: `/files/booking/${file}`, ...namesOf(kind, name) })
}

const contentTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  ics: 'text/calendar; charset=utf-8',
  png: 'image/png',
  json: 'application/json',
}

function namesOf(kind: string, name: string): { fileName: string; contentType: string } {
  return { fileName: `${name}.${kind}`, contentType: contentTypes[kind] ?? 'application/octet-stream' }
}
