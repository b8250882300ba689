import { events } from '@tikitu/schema/events/registry'
import { renderQrPng } from '@tikitu/ticket-pdf/qr'
import { renderTicketsPdf } from '@tikitu/ticket-pdf/render-tickets'
import { type ReturnTerms, returnsText } from '@tikitu/ticket-pdf/returns'
import { z } from 'zod'
import type { Attachment } from '../channels/channel.ts'
import { calendarAttachment } from './calendar-attachment.ts'
import { defineKind, type Reader } from './kind.ts'
import { amountIn, greeting, pageUrl, performancePhrases } from './phrases.ts'
import { sampleParties, samplePerformance } from './samples.ts'

const data = events['booking.ticketsIssued'].payload.extend({
  /** Who sells them, once that is known. */
  partnerName: z.string().nullable().default(null),
})
type Data = z.infer<typeof data>

/** The tickets, each with its QR in the text, all of them in one PDF, and the performance for the calendar. */
export const ticketsIssued = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (issued, reader) => ({
    ...greeting(reader),
    ...performancePhrases(issued.showing, reader),
    reference: issued.reference,
    total: amountIn(issued.total, reader),
    ...receiptPhrases(issued.receipt, reader),
    returns: returnsPhrase(issued, reader),
    partnerName: issued.partnerName ?? '',
    isOne: issued.tickets.length === 1,
    ticketCount: issued.tickets.length,
    bookingUrl: pageUrl(reader, bookingPath(issued)),
    tickets: issued.tickets.map((ticket, index) => ({
      number: index + 1,
      placeLabel: ticket.placeLabel,
      tierName: ticket.tierName,
      attendeeName: ticket.attendeeName ?? '',
      price: amountIn(ticket.price, reader),
      cid: contentId(ticket.ticketId),
    })),
  }),
  required: ['tickets.cid', 'tickets.placeLabel', 'eventTitle', 'date', 'time', 'venueName'],
  attachments: async (issued, reader) => [
    ...(await qrImages(issued)),
    await pdfOf(issued, reader),
    ...calendarAttachment(calendarFacts(issued, reader), reader),
  ],
  sample: {
    ...sampleParties,
    showing: samplePerformance,
    partnerName: 'Teater Jakarta',
    total: { amountMinor: 9850, currency: 'EUR' },
    receipt: {
      seats: { amountMinor: 9000, currency: 'EUR' },
      fees: { amountMinor: 850, currency: 'EUR' },
      tax: { amountMinor: 896, currency: 'EUR' },
    },
    returns: { until: '2027-05-31T12:30:00.000Z', kept: { amountMinor: 500, currency: 'EUR' } },
    tickets: ['Stalls, row C, seat 12', 'Stalls, row C, seat 13'].map((placeLabel, index) => ({
      ticketId: `tkt_sample${index + 1}`,
      code: `SAMPLE-${index + 1}-NOT-A-TICKET`,
      placeLabel,
      tierName: 'Adult',
      attendeeName: index === 0 ? 'Ada Lovelace' : null,
      price: { amountMinor: 4500, currency: 'EUR' },
      fee: { amountMinor: 425, currency: 'EUR' },
      tax: { amountMinor: 448, currency: 'EUR' },
    })),
  },
})

/** Fees and tax are left out where there are none, and all of it for an event from before it was told. */
function receiptPhrases(receipt: Data['receipt'], reader: Reader) {
  const amount = (money: { amountMinor: number; currency: string } | undefined) =>
    money && money.amountMinor > 0 ? amountIn(money, reader) : ''
  const fees = amount(receipt?.fees)
  return { seats: fees ? amount(receipt?.seats) : '', fees, tax: amount(receipt?.tax) }
}

/** A performance that was moved after it was booked gives its own right to return tickets, which its own message tells. */
function returnsOf({ returns, bookedFor, showing }: Data): ReturnTerms | null {
  const isMoved = showing.status === 'POSTPONED' || (bookedFor && bookedFor.startsAt !== showing.startsAt)
  return isMoved ? null : (returns ?? null)
}

function returnsPhrase(issued: Data, { locale }: Reader): string {
  const returns = returnsOf(issued)
  return returns ? returnsText(returns, { timeZone: issued.showing.timeZone, locale }) : ''
}

function bookingPath({ bookingId }: { bookingId: string }): string {
  return `/bookings/${bookingId}`
}

function contentId(ticketId: string): string {
  return `${ticketId}@tikitu`
}

async function qrImages({ tickets }: Data): Promise<Attachment[]> {
  return await Promise.all(
    tickets.map(async (ticket) => ({
      filename: `${ticket.ticketId}.png`,
      contentType: 'image/png',
      content: await renderQrPng(ticket.code),
      cid: contentId(ticket.ticketId),
    })),
  )
}

async function pdfOf(issued: Data, { locale, mapUrl }: Reader): Promise<Attachment> {
  const { tickets, showing, reference, partnerName } = issued
  const shared = { showing, reference, organizer: partnerName, returns: returnsOf(issued), count: tickets.length }
  const printed = tickets.map((ticket, index) => ({
    ...shared,
    ...ticket,
    number: index + 1,
    fee: ticket.fee ?? null,
    tax: ticket.tax ?? null,
  }))
  return {
    filename: `tickets-${reference}.pdf`,
    contentType: 'application/pdf',
    content: await renderTicketsPdf(printed, { locale, mapUrl }),
  }
}

function calendarFacts(issued: Data, reader: Reader) {
  const { showing, partnerName } = issued
  const { performanceId } = showing
  return { performanceId, showing, organizer: partnerName, url: pageUrl(reader, bookingPath(issued)) }
}
