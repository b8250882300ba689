import type { Weight } from './faces.ts'
import { drawQr } from './qr.ts'
import type { TicketTexts } from './ticket.ts'
import type { Style, Typesetter } from './typesetter.ts'

const ink = '#16181d'
const faint = '#5b6270'
const line = '#d4d8e0'
const accent = '#4338ca'
const onAccent = '#ffffff'
const faintOnAccent = '#dedcfa'

/** A4, in points. */
const page = { width: 595.28, height: 841.89 }
const margin = 44
const inner = { x: margin, width: page.width - 2 * margin }
const card = { y: 84, height: 328, band: 96, padding: 22 }
const qr = { size: 176, x: inner.x + inner.width - 176 - card.padding, y: card.y + card.band + 16 }
const foldY = page.height / 2

/** What a page is drawn with. */
export interface Sheet {
  pdf: PDFKit.PDFDocument
  type: Typesetter
}

/** Where a column of text goes on. */
interface Column {
  x: number
  y: number
  width: number
}

type Look = Partial<Omit<Style, 'width'>> & { align?: 'left' | 'right' }

/** A ticket on a page: what the door needs above the fold, what its holder needs below. */
export function drawTicket(sheet: Sheet, texts: TicketTexts, { code, mapUrl }: { code: string; mapUrl: string }): void {
  drawHead(sheet, texts)
  drawBand(sheet, texts)
  drawFacts(sheet, texts)
  drawCode(sheet, texts, code)
  drawFold(sheet, texts)
  drawReceipt(sheet, texts)
  drawPlace(sheet, texts, mapUrl)
  drawTerms(sheet, texts)
  drawFoot(sheet, texts)
}

/** Everything that `drawTicket` writes, to load its fonts: each text in the weights that it is written in. */
export function lettersOf(texts: TicketTexts): { text: string; weight: Weight }[] {
  const { facts, amounts, rules } = texts
  const { organizer, ticketOf, when, where, times, doors, address, tax, fold } = texts
  const { title, booking, reference, date, venueName, map, receipt, terms } = texts
  const both = [where, ...amounts.flatMap(({ label, value }) => [label, value])]
  const regular = [
    organizer,
    ticketOf,
    when,
    times,
    doors,
    address,
    tax,
    fold,
    ...rules,
    ...facts.map(({ label }) => label),
  ]
  const bold = [
    'tikitu',
    title,
    booking,
    reference,
    date,
    venueName,
    map,
    receipt,
    terms,
    ...facts.map(({ value }) => value),
  ]
  return [
    ...[...regular, ...both].map((text) => ({ text, weight: 400 as const })),
    ...[...bold, ...both].map((text) => ({ text, weight: 700 as const })),
  ]
}

/** Returns where the text ends. */
function write({ type }: Sheet, text: string, { column, ...look }: Look & { column: Column }): number {
  const { align = 'left', ...own } = look
  const { x, y, width } = column
  const style = { weight: 400 as const, size: 10, maxLines: 1, color: ink, ...own, width }
  return type.draw(type.fit(text, style), { x, y, width, align })
}

function rule({ pdf }: Sheet, y: number, { x, width }: Pick<Column, 'x' | 'width'>): void {
  pdf
    .moveTo(x, y)
    .lineTo(x + width, y)
    .lineWidth(0.75)
    .stroke(line)
}

function drawHead(sheet: Sheet, { ticketOf, booking }: TicketTexts): void {
  write(sheet, 'tikitu', { column: { ...inner, y: 42 }, weight: 700, size: 22, color: accent })
  const right = { ...inner, y: 46 }
  right.y = write(sheet, ticketOf, { column: right, align: 'right', color: faint, size: 9.5 })
  write(sheet, booking, { column: right, align: 'right', weight: 700, size: 9.5 })
}

/** The title is made to fit, however long: three lines, smaller and smaller, and cut at last. */
function drawBand({ pdf, type }: Sheet, { title, organizer }: TicketTexts): void {
  pdf.roundedRect(inner.x, card.y, inner.width, card.height, 12).lineWidth(1).stroke(line)
  pdf.save().roundedRect(inner.x, card.y, inner.width, card.height, 12).clip()
  pdf.rect(inner.x, card.y, inner.width, card.band).fill(accent).restore()
  const x = inner.x + card.padding
  const width = inner.width - 2 * card.padding
  const look = { weight: 700, size: 25, minSize: 11, maxLines: 3, maxHeight: 66, color: onAccent } as const
  const head = type.fit(title, { ...look, width })
  const by = type.fit(organizer, { weight: 400, size: 11, minSize: 9, width, maxLines: 1, color: faintOnAccent })
  const y = card.y + (card.band - head.height - by.height - 3) / 2
  type.draw(by, { x, y: type.draw(head, { x, y }) + 3 })
}

function drawFacts(sheet: Sheet, texts: TicketTexts): void {
  const x = inner.x + card.padding
  const column = { x, y: card.y + card.band + 14, width: qr.x - x - 22 }
  const add = (text: string, look: Look, gap = 0) => {
    column.y = write(sheet, text, { column, ...look }) + gap
  }
  const label = { color: faint, size: 8.5 }
  add(texts.when, label)
  add(texts.date, { weight: 700, size: 13, minSize: 9, maxLines: 2 })
  add(texts.times, { size: 10.5, minSize: 7 }, 8)
  add(texts.where, label)
  add(texts.venueName, { weight: 700, size: 13, minSize: 8, maxLines: 2 })
  add(texts.address, { size: 10, minSize: 7, maxLines: 2 }, 8)
  for (const { label: name, value } of texts.facts) {
    add(name, label)
    add(value, { weight: 700, size: 12, minSize: 7.5, maxLines: 2 }, 4)
  }
}

function drawCode(sheet: Sheet, { reference }: TicketTexts, code: string): void {
  drawQr(sheet.pdf, code, qr)
  const { type } = sheet
  const block = type.fit(reference, { weight: 700, size: 12, minSize: 7, width: qr.size, maxLines: 1, color: ink })
  type.draw(block, { x: qr.x, y: qr.y + qr.size + 5, width: qr.size, align: 'center' })
}

function drawFold(sheet: Sheet, { fold }: TicketTexts): void {
  sheet.pdf.moveTo(0, foldY).lineTo(page.width, foldY).dash(2, { space: 4 }).lineWidth(0.75).stroke(line).undash()
  write(sheet, fold, { column: { ...inner, y: foldY + 3 }, align: 'right', size: 7, color: faint })
}

const below = { y: foldY + 34, gap: 36 }
const half = (inner.width - below.gap) / 2

function drawReceipt(sheet: Sheet, { receipt, amounts, tax }: TicketTexts): void {
  const column = { x: inner.x, y: below.y, width: half }
  column.y = write(sheet, receipt, { column, weight: 700, size: 12, minSize: 9 }) + 8
  for (const [index, { label, value }] of amounts.entries()) {
    rule(sheet, column.y, column)
    column.y += 6
    const isTotal = index === amounts.length - 1
    const weight = isTotal ? 700 : 400
    write(sheet, label, { column, weight, color: isTotal ? ink : faint })
    const right = { ...column, x: column.x + half / 3, width: (half * 2) / 3 }
    column.y = write(sheet, value, { column: right, align: 'right', weight, minSize: 6 }) + 6
  }
  rule(sheet, column.y, column)
  column.y += 6
  write(sheet, tax, { column, size: 8.5, color: faint })
}

function drawPlace(sheet: Sheet, texts: TicketTexts, mapUrl: string): void {
  const column = { x: inner.x + half + below.gap, y: below.y, width: half }
  column.y = write(sheet, texts.where, { column, weight: 700, size: 12 }) + 8
  rule(sheet, column.y, column)
  column.y += 6
  column.y = write(sheet, texts.venueName, { column, weight: 700, minSize: 7, maxLines: 2 })
  column.y = write(sheet, texts.address, { column, color: faint, minSize: 7, maxLines: 3 }) + 2
  column.y = write(sheet, texts.doors, { column, color: faint }) + 6
  if (texts.map === '') return
  const end = write(sheet, texts.map, { column, weight: 700, color: accent })
  sheet.pdf.link(column.x, column.y, half, end - column.y, mapUrl)
}

function drawTerms(sheet: Sheet, { terms, rules }: TicketTexts): void {
  const column = { ...inner, y: below.y + 152 }
  column.y = write(sheet, terms, { column, weight: 700, size: 12 }) + 8
  rule(sheet, column.y, column)
  column.y += 8
  for (const text of rules) column.y = write(sheet, text, { column, size: 9.5, color: faint, maxLines: 2 }) + 5
}

function drawFoot(sheet: Sheet, { booking }: TicketTexts): void {
  const column = { ...inner, y: page.height - 44 }
  rule(sheet, column.y - 8, inner)
  write(sheet, 'tikitu', { column, weight: 700, size: 10, color: accent })
  write(sheet, booking, { column, align: 'right', weight: 700, size: 8.5, color: faint })
}
