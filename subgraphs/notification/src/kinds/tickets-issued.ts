import { type Pass, renderPassesPdf, renderQrPng } from '@tikitu/kit/pass'
import { events } from '@tikitu/schema/events/registry'
import { z } from 'zod'
import type { Attachment } from '../channels/channel.ts'
import { defineKind, type Reader } from './kind.ts'
import { amountIn, greeting, pageUrl, showingPhrases } from './phrases.ts'
import { sampleParties, sampleShowing } from './samples.ts'

const data = events['booking.ticketsIssued'].payload.extend({
  /** Who sells them, once that is known. */
  partnerName: z.string().nullable().default(null),
})
type Data = z.infer<typeof data>

/** The tickets, each with its QR in the text, and all of them in one PDF. */
export const ticketsIssued = defineKind({
  category: 'TICKETS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (issued, reader) => ({
    ...greeting(reader),
    ...showingPhrases(issued.showing, reader),
    reference: issued.reference,
    total: amountIn(issued.total, reader),
    ...receiptPhrases(issued.receipt, reader),
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
  attachments: async (issued, reader) => [...(await qrImages(issued)), await pdfOf(issued, reader)],
  sample: {
    ...sampleParties,
    showing: sampleShowing,
    partnerName: 'Teater Jakarta',
    total: { amountMinor: 9850, currency: 'EUR' },
    receipt: {
      seats: { amountMinor: 9000, currency: 'EUR' },
      fees: { amountMinor: 850, currency: 'EUR' },
      tax: { amountMinor: 896, currency: 'EUR' },
    },
    tickets: ['Stalls, row C, seat 12', 'Stalls, row C, seat 13'].map((placeLabel, index) => ({
      ticketId: `tkt_sample${index + 1}`,
      code: `SAMPLE-${index + 1}-NOT-A-TICKET`,
      placeLabel,
      tierName: 'Adult',
      attendeeName: index === 0 ? 'Ada Lovelace' : null,
      price: { amountMinor: 4500, currency: 'EUR' },
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

async function pdfOf(issued: Data, reader: Reader): Promise<Attachment> {
  return {
    filename: `tickets-${issued.reference}.pdf`,
    contentType: 'application/pdf',
    content: await renderPassesPdf(issued.tickets.map((ticket) => passOf(issued, ticket, reader))),
  }
}

function passOf({ showing, reference }: Data, ticket: Data['tickets'][number], reader: Reader): Pass {
  const words = wordsOf(reader.locale)
  const { date, time, doors, isPostponed } = showingPhrases(showing, reader)
  const when = [`${date}, ${time}`, doors && `${words.doors} ${doors}`].filter(Boolean).join(' · ')
  return {
    title: showing.eventTitle,
    subtitle: isPostponed ? words.postponed : when,
    lines: [
      { label: words.place, value: ticket.placeLabel },
      { label: words.ticket, value: `${ticket.tierName} · ${amountIn(ticket.price, reader)}` },
      ...(ticket.attendeeName ? [{ label: words.name, value: ticket.attendeeName }] : []),
      { label: words.venue, value: [showing.venueName, ...showing.venueAddressLines].join(', ') },
      { label: words.booking, value: reference },
    ],
    code: ticket.code,
    footer: words.footer,
  }
}

const words = {
  en: {
    place: 'Place',
    ticket: 'Ticket',
    name: 'Name',
    venue: 'Venue',
    booking: 'Booking',
    doors: 'doors',
    postponed: 'Postponed: there is no new date yet',
    footer:
      'Show this code at the door, on paper or on a screen. It admits one person. Whoever has the code has the ticket: do not publish it.',
  },
  id: {
    place: 'Tempat',
    ticket: 'Tiket',
    name: 'Nama',
    venue: 'Lokasi',
    booking: 'Pemesanan',
    doors: 'pintu dibuka',
    postponed: 'Ditunda: jadwal baru belum ada',
    footer:
      'Tunjukkan kode ini di pintu masuk, di kertas atau di layar. Berlaku untuk satu orang. Siapa pun yang memegang kode ini memegang tiketnya: jangan disebarkan.',
  },
}

function wordsOf(locale: string) {
  return locale.split('-')[0] === 'id' ? words.id : words.en
}
