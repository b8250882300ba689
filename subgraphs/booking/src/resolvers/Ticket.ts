import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { getBooking } from '../domain/bookings/get-booking.ts'
import { goodwillNotice, goodwillOn } from '../domain/bookings/goodwill.ts'
import type { TicketState } from '../domain/check-in/entry-rule.ts'
import { scanMessage } from '../domain/check-in/scan-message.ts'
import { codeFor, getTicket, lineOfTicket } from '../domain/tickets/get-ticket.ts'
import { qrSvg } from '../domain/tickets/renderings.ts'
import { passFile, qrFile } from '../domain/tickets/ticket-files.ts'
import type {
  ScannedTicketResolvers,
  TicketResolvers,
  TicketStatus,
  TicketVerdictResolvers,
} from '../generated/resolvers.ts'

export const Ticket: TicketResolvers = {
  __resolveReference: ({ id }, ctx) => getTicket(ctx, id),
  attendeeName: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).attendeeName,
  booking: (ticket, _args, ctx) => getBooking(ctx, ticket.bookingId),
  code: (ticket, _args, ctx) => codeFor(ctx, ticket),
  performance: (ticket, _args, ctx) => requireLoaded(ctx.load.performance, ticket.performanceId),
  seatLabel: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).seatLabel,
  goodwill: async (ticket, _args, ctx) => (await goodwillOn(ctx, ticket)).amount,
  refundStatus: async (ticket, _args, ctx) => (await goodwillOn(ctx, ticket)).status,
  passFile: (ticket, _args, ctx) => passFile(ctx, ticket),
  qrFile: (ticket, _args, ctx) => qrFile(ctx, ticket),
  qrSvg: async (ticket, _args, ctx) => {
    const code = codeFor(ctx, ticket)
    return code && (await qrSvg(ctx, code))
  },
  status: shownStatus,
  tierName: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).tierName,
}

export const ScannedTicket: ScannedTicketResolvers = {
  attendeeName: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).attendeeName,
  goodwill: async (ticket, _args, ctx) => (await goodwillOn(ctx, ticket)).amount,
  notice: (ticket, _args, ctx) => goodwillNotice(ctx, ticket),
  seatLabel: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).seatLabel,
  refundStatus: async (ticket, _args, ctx) => (await goodwillOn(ctx, ticket)).status,
  status: shownStatus,
  ticketId: (ticket) => ticket.id,
  tierName: async (ticket, _args, ctx) => (await lineOfTicket(ctx, ticket)).tierName,
}

export const TicketVerdict: TicketVerdictResolvers = {
  isAdmissible: ({ outcome }) => outcome === 'ADMITTED',
  message: async ({ ticket, ...scan }, _args, ctx) => {
    const notice = ticket && scan.outcome === 'ADMITTED' ? await goodwillNotice(ctx, ticket) : null
    const message = await scanMessage(ctx, scan)
    return notice ? `${message} ${notice}` : message
  },
}

/** The stored status in the words of the API. */
function shownStatus({ status }: Pick<TicketState, 'status'>): TicketStatus {
  return status === 'OUT' ? 'EXITED' : status
}
