import { create, toBuffer, toString as toText } from 'qrcode'

/** Survives a fold or a smear over a seventh of it, and still keeps its modules coarse enough for a poor camera. */
const errorCorrectionLevel = 'M'
/** The quiet zone that ISO/IEC 18004 asks for, in modules. */
const margin = 4

/** The code as a QR, in SVG: as sharp on a screen as on paper. It has a `viewBox` and no size of its own. */
export async function renderQrSvg(code: string): Promise<string> {
  return await toText(code, { type: 'svg', errorCorrectionLevel, margin })
}

/** The code as a QR, in PNG: black on white, each module ten pixels wide. */
export async function renderQrPng(code: string): Promise<Buffer> {
  return await toBuffer(code, { type: 'png', errorCorrectionLevel, margin, scale: 10 })
}

/** Drawn as shapes, not as an image: it stays sharp on any printer, and neighbours in a row are one shape without a seam. */
export function drawQr(pdf: PDFKit.PDFDocument, code: string, place: { x: number; y: number; size: number }): void {
  const { modules } = create(code, { errorCorrectionLevel })
  const side = place.size / modules.size
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (!modules.get(row, column)) continue
      const start = column
      while (column + 1 < modules.size && modules.get(row, column + 1)) column++
      pdf.rect(place.x + start * side, place.y + row * side, (column - start + 1) * side, side + 0.05)
    }
  }
  pdf.fill('#000000')
}
