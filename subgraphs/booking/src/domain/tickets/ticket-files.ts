import { type FileLink, linkFile } from '@tikitu/storage/file-link'
import { bufferedFile, type OutgoingFile } from '@tikitu/storage/send-file'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import type { TicketRow } from '../../db/tables/tickets.ts'
import { getBooking } from '../bookings/get-booking.ts'
import { calendarFileOf } from './calendar-file.ts'
import { codeFor, getTicket } from './get-ticket.ts'
import { qrPng } from './renderings.ts'
import { ticketsOfCaller, ticketsPdf } from './tickets-pdf.ts'

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
  png: ofTicket(qrPng),
}

function ofBooking(make: (ctx: Ctx, booking: BookingRow) => Promise<Buffer | null>): Maker {
  return async (ctx, id) => {
    const booking = await getBooking(ctx, id)
    const content = booking && (await make(ctx, booking))
    return content && { content, name: booking.reference }
  }
}

function ofTicket(make: (ctx: Ctx, code: string) => Promise<Buffer>): Maker {
  return async (ctx, id) => {
    const ticket = await getTicket(ctx, id)
    const code = ticket && codeFor(ctx, ticket)
    return ticket && code ? { content: await make(ctx, code), name: id } : null
  }
}

function link(ctx: Ctx, file: `${string}.${'pdf' | 'ics' | 'png'}`, name: string): FileLink {
  const kind = file.slice(file.lastIndexOf('.') + 1)
  return linkFile(ctx, { path: `/files/booking/${file}`, ...namesOf(kind, name) })
}

const contentTypes: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  ics: 'text/calendar; charset=utf-8',
  png: 'image/png',
}

function namesOf(kind: string, name: string): { fileName: string; contentType: string } {
  return { fileName: `${name}.${kind}`, contentType: contentTypes[kind] ?? 'application/octet-stream' }
}
