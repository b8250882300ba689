import type { Face } from './faces.ts'
import type { Run } from './runs.ts'
import type { ShapedText } from './shape.ts'

/** Draws the letters of one PDF. */
export interface Pen {
  pdf: PDFKit.PDFDocument
  /** Draws question marks. */
  fallback: Face
  /** By face and glyph: a PDF keeps one meaning for each glyph of a font. */
  meanings: Map<string, string>
}

/** Where a run is drawn: `y` is what its letters stand on. */
export interface Place {
  x: number
  y: number
  size: number
  color: string
}

/** The width of a run, in ems. */
export function widthOfRun({ fallback }: Pen, { text, face, level }: Run): number {
  const drawn = face ?? fallback
  return drawn.shape(face ? text : '?', isRightToLeft(level)).advanceWidth / drawn.unitsPerEm
}

/** Draws a run so that it looks right and its text can be copied and searched. */
export function drawRun(pen: Pen, run: Run, place: Place): void {
  if (!run.face) return drawMissing(pen, run.text, place)
  const shaped = run.face.shape(run.text, isRightToLeft(run.level))
  if (!canBeRead(pen, run.face, shaped)) return drawShapes(pen, { ...run, face: run.face }, { ...place, shaped })
  const direction = isRightToLeft(run.level) ? 'rtl' : 'ltr'
  write(useFont(pen, run.face.id, run.face.font), run.text, { ...place, direction })
}

function isRightToLeft(level: number): boolean {
  return level % 2 === 1
}

/** A letter that no font has is seen as a question mark, and read as itself. */
function drawMissing(pen: Pen, text: string, place: Place): void {
  pen.pdf.markContent('Span', { actual: text })
  write(useFont(pen, pen.fallback.id, pen.fallback.font), '?', place)
  pen.pdf.endMarkedContent()
}

function canBeRead({ meanings }: Pen, { id: faceId }: Face, { glyphs, isReadable }: ShapedText): boolean {
  if (!isReadable) return false
  const own = glyphs.map(({ id, codePoints }) => [`${faceId} ${id}`, codePoints.join(' ')] as const)
  if (!own.every(([glyph, meaning]) => (meanings.get(glyph) ?? meaning) === meaning)) return false
  for (const [glyph, meaning] of own) meanings.set(glyph, meaning)
  return true
}

/** The letters as drawings, and over them the same text letter by letter and unseen. */
function drawShapes(
  pen: Pen,
  { text, face, level }: Run & { face: Face },
  place: Place & { shaped: ShapedText },
): void {
  const { pdf } = pen
  const scale = place.size / face.unitsPerEm
  pdf.save().translate(place.x, place.y).scale(scale, -scale)
  let x = 0
  for (const [index, glyph] of place.shaped.glyphs.entries()) {
    const { xOffset = 0, yOffset = 0, xAdvance = 0 } = place.shaped.positions[index] ?? {}
    const outline = face.outlineOf(glyph.id)
    if (outline) {
      pdf.save().translate(x + xOffset, yOffset)
      pdf.path(outline).fill(place.color).restore()
    }
    x += xAdvance
  }
  pdf.restore()
  const spoken = isRightToLeft(level) ? [...text].reverse().join('') : text
  useFont(pen, `${face.id} plain`, face.plain).save().fillOpacity(0)
  // As wide as what is seen, or readers take the next word for a part of this one.
  const stretch = place.shaped.advanceWidth / (face.plain.layout(text).advanceWidth || 1)
  pdf.translate(place.x, place.y).scale(stretch, 1)
  write(pdf, spoken, { ...place, x: 0, y: 0 })
  pdf.restore()
}

/** pdfkit takes fonts of fontkit as well as files, though its types do not say so. */
function useFont({ pdf }: Pen, id: string, font: Face['font']): PDFKit.PDFDocument {
  return pdf.registerFont(id, font as unknown as Buffer).font(id)
}

/** With a list of features pdfkit lays out a text as a whole, and hands the list to the font: see `faces.ts`. */
function write(
  pdf: PDFKit.PDFDocument,
  text: string,
  { x, y, size, color, direction = 'ltr' }: Place & { direction?: 'ltr' | 'rtl' },
): void {
  const features = [direction] as unknown as PDFKit.Mixins.OpenTypeFeatures[]
  pdf.fontSize(size).fillColor(color).text(text, x, y, { lineBreak: false, baseline: 'alphabetic', features })
}
