import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import PDFDocument from 'pdfkit'
import { create, toBuffer, toString as toText } from 'qrcode'

/** A printable pass: one code that a scanner reads, and what people read around it. */
export interface Pass {
  title: string
  subtitle: string
  lines: readonly PassLine[]
  /** What the QR holds. */
  code: string
  footer: string
}

/** One fact on a pass: `Seat`, `Stalls, row C, seat 12`. */
export interface PassLine {
  label: string
  value: string
}

type Pdf = PDFKit.PDFDocument

/** Survives a fold or a smear over a seventh of it, and still keeps a long code coarse enough for a poor camera. */
const errorCorrectionLevel = 'M'
/** The quiet zone that ISO/IEC 18004 asks for, in modules. */
const margin = 4

/** The code as a QR, in SVG: as sharp on a screen as on paper. It has a `viewBox` and no size of its own. */
export async function renderQrSvg(code: string): Promise<string> {
  return await toText(code, { type: 'svg', errorCorrectionLevel, margin })
}

/** The code as a QR, in PNG: black on white, each module eight pixels wide. */
export async function renderQrPng(code: string): Promise<Buffer> {
  return await toBuffer(code, { type: 'png', errorCorrectionLevel, margin, scale: 8 })
}

export interface PassesOptions {
  madeAt?: Date
  /** Ends the work when nobody waits for it any more. */
  signal?: AbortSignal
}

/**
 * The passes as one PDF, a page (A4) each. Texts that are too long for their place end in `…`, so that no pass ever runs
 * over to a second page. Letters are those of Latin, Greek, Cyrillic and Devanagari.
 */
export async function renderPassesPdf(
  passes: readonly Pass[],
  { madeAt = new Date(), signal }: PassesOptions = {},
): Promise<Buffer> {
  if (passes.length === 0) throw new RangeError('a PDF has at least one pass')
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    displayTitle: true,
    info: { Title: titleOf(passes), CreationDate: madeAt, ModDate: madeAt },
  })
  for (const [name, file] of Object.entries(fonts)) pdf.registerFont(name, file)
  const whole = buffer(pdf)
  for (const pass of passes) {
    drawPass(pdf.addPage(), pass)
    // A page takes some milliseconds: others have their turn between two of them.
    await setImmediate()
    signal?.throwIfAborted()
  }
  pdf.end()
  return await whole
}

function fontFile(path: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${path}`))
}

/** Ours to embed: the fonts that every PDF reader brings along know no letter beyond Western Europe's. */
const fonts = {
  regular: fontFile('400Regular/NotoSans_400Regular.ttf'),
  bold: fontFile('700Bold/NotoSans_700Bold.ttf'),
}

const ink = '#16181d'
const faint = '#5b6270'
const line = '#d4d8e0'

const page = { width: 595.28, height: 841.89 }
const card = { x: 48, y: 56, width: page.width - 96, height: 560 }
const inner = { x: card.x + 36, width: card.width - 72 }
const qr = { size: 216, x: inner.x + inner.width - 216, y: card.y + 176 }

function drawPass(pdf: Pdf, pass: Pass): void {
  pdf.roundedRect(card.x, card.y, card.width, card.height, 14).lineWidth(1).stroke(line)
  drawHead(pdf, pass)
  drawLines(pdf, pass.lines)
  drawQr(pdf, pass.code)
  drawFoot(pdf, pass.footer)
}

function drawHead(pdf: Pdf, { title, subtitle }: Pass): void {
  pdf.font('bold').fillColor(ink)
  const size = pdf.fontSize(26).heightOfString(title, { width: inner.width }) > 40 ? 20 : 26
  const top = card.y + 34
  write(pdf, title, { size, y: top, x: inner.x, width: inner.width, maxLines: 2 })
  const below = Math.min(pdf.y, top + 66) + 4
  pdf.font('regular').fillColor(faint)
  write(pdf, subtitle, { size: 13, y: below, x: inner.x, width: inner.width, maxLines: 2 })
  pdf
    .moveTo(inner.x, qr.y - 24)
    .lineTo(inner.x + inner.width, qr.y - 24)
    .lineWidth(1)
    .stroke(line)
}

/** Beside the QR. What does not fit above the foot is left out, the last first, as the first lines matter most. */
function drawLines(pdf: Pdf, lines: readonly PassLine[]): void {
  const width = inner.width - qr.size - 28
  let y = qr.y
  for (const { label, value } of lines) {
    if (y > card.y + card.height - 130) return
    pdf.font('regular').fillColor(faint)
    write(pdf, label, { size: 9.5, y, x: inner.x, width, maxLines: 1 })
    pdf.font('bold').fillColor(ink)
    write(pdf, value, { size: 13, y: pdf.y, x: inner.x, width, maxLines: 3 })
    y = pdf.y + 10
  }
}

/** Drawn as shapes, not as an image: it stays sharp on any printer, and neighbours in a row are one shape without a seam. */
function drawQr(pdf: Pdf, code: string): void {
  const { modules } = create(code, { errorCorrectionLevel })
  const side = qr.size / modules.size
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue
      const start = column
      while (column + 1 < modules.size && modules.get(row, column + 1)) column++
      pdf.rect(qr.x + start * side, qr.y + row * side, (column - start + 1) * side, side + 0.05)
    }
  }
  pdf.fill('#000000')
}

function drawFoot(pdf: Pdf, footer: string): void {
  const y = card.y + card.height - 88
  pdf
    .moveTo(inner.x, y)
    .lineTo(inner.x + inner.width, y)
    .dash(3, { space: 4 })
    .lineWidth(1)
    .stroke(line)
    .undash()
  pdf.font('regular').fillColor(faint)
  write(pdf, footer, { size: 10, y: y + 16, x: inner.x, width: inner.width, maxLines: 4 })
}

interface Place {
  size: number
  x: number
  y: number
  width: number
  maxLines: number
}

function write(pdf: Pdf, text: string, { size, x, y, width, maxLines }: Place): void {
  pdf.fontSize(size)
  // A text without a height to stay in would go on to another page.
  const height = pdf.currentLineHeight(true) * maxLines + 0.5
  pdf.text(text || ' ', x, y, { width, height, ellipsis: '…' })
}

function titleOf(passes: readonly Pass[]): string {
  return [...new Set(passes.map((pass) => pass.title))].join(', ')
}
