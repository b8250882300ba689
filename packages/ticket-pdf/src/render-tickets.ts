import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import { mapUrl } from './map-url.ts'
import { drawTicket, lettersOf } from './page.ts'
import { type PrintedTicket, textsOf } from './ticket.ts'
import { createTypesetter } from './typesetter.ts'
import { languageOf } from './words.ts'

export interface TicketsPdfOptions {
  /** The reader's: `de-CH`. What we do not speak is printed in English. */
  locale: string
  /** The page of the map, with `{query}` for the address; OpenStreetMap when absent. */
  mapUrl?: string
  madeAt?: Date
  /** Aborts the work when nobody waits for it. */
  signal?: AbortSignal
}

/**
 * The tickets as one PDF, a page (A4) each. Letters of every script are printed, and can be copied and searched; those that no
 * font has are question marks. What is too long for its place is set smaller, and ends in `…` when that is not enough.
 */
export async function renderTicketsPdf(
  tickets: readonly PrintedTicket[],
  { locale, mapUrl: map, madeAt = new Date(), signal }: TicketsPdfOptions,
): Promise<Buffer> {
  if (tickets.length === 0) throw new RangeError('a PDF needs at least one ticket')
  const pages = tickets.map((ticket) => ({ ticket, texts: textsOf(ticket, locale) }))
  const title = [...new Set(tickets.map(({ showing }) => showing.eventTitle))].join(', ')
  const info = { Title: title, Author: tickets[0]?.organizer ?? 'Tikitu', CreationDate: madeAt, ModDate: madeAt }
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    displayTitle: true,
    lang: languageOf(locale),
    info,
  })
  const type = await createTypesetter(
    pdf,
    pages.flatMap(({ texts }) => lettersOf(texts)),
  )
  const whole = buffer(pdf)
  for (const { ticket, texts } of pages) {
    drawTicket({ pdf: pdf.addPage(), type }, texts, { code: ticket.code, mapUrl: mapUrl(ticket.showing, map) })
    // A page takes some milliseconds: others have their turn between two of them.
    await setImmediate()
    signal?.throwIfAborted()
  }
  pdf.end()
  return await whole
}
