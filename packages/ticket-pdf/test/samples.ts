import { extractText, getDocumentProxy } from 'unpdf'
import type { PrintedTicket } from '../src/ticket.ts'

/** What the QR of a ticket holds: as long as a real code, and of the same letters. */
export const sampleCode = 'AEGX7QKZ2345MNOPQRSTUVWABCDEFGHIJKL67'.repeat(5).slice(0, 165)

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

/** A ticket for Hamlet in Jakarta. */
export function ticket(overrides: Partial<PrintedTicket> = {}): PrintedTicket {
  return {
    showing: sampleShowing,
    organizer: 'Komunitas Salihara',
    reference: 'K7QM-2F9D',
    number: 1,
    count: 1,
    placeLabel: 'Stalls, row C, seat 12',
    tierName: 'Adult',
    attendeeName: 'Ada Lovelace',
    price: euros(4500),
    fee: euros(425),
    tax: euros(448),
    returns: { until: '2027-05-31T12:30:00.000Z', kept: euros(500) },
    code: sampleCode,
    ...overrides,
  }
}

export const sampleShowing = {
  eventTitle: 'Hamlet',
  startsAt: '2027-06-01T12:30:00.000Z',
  doorsAt: '2027-06-01T11:45:00.000Z',
  timeZone: 'Asia/Jakarta',
  venueName: 'Teater Jakarta',
  venueCity: 'Jakarta',
  venueAddressLines: ['Jalan Cikini Raya 73', 'Jakarta 10330'],
}

/** What can be copied out of each page, with single spaces. */
export async function pagesOf(pdf: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false })
  return text.map((page) => page.replace(/\s+/g, ' '))
}
