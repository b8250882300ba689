import fc from 'fast-check'
import readQr from 'jsqr'
import { PNG } from 'pngjs'
import { extractText, getDocumentProxy, getResolvedPDFJS } from 'unpdf'
import { expect, test } from 'vitest'
import { type Pass, renderPassesPdf, renderQrPng, renderQrSvg } from './pass.ts'

const code = `eyJhbGciOiJFZERTQSJ9.${'aB3-_x'.repeat(30)}.${'Zz9'.repeat(28)}`

function pass(overrides: Partial<Pass> = {}): Pass {
  return {
    title: 'Hamlet',
    subtitle: 'Tuesday, 1 June 2027, 19:30',
    lines: [
      { label: 'Seat', value: 'Stalls, row C, seat 12' },
      { label: 'Name', value: 'Łucja Żółć' },
    ],
    code,
    footer: 'Show this code at the door.',
    ...overrides,
  }
}

async function pagesOf(pdf: Buffer): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: false })
  return text
}

function decode(png: Buffer): string | undefined {
  const image = PNG.sync.read(png)
  return readQr.default(new Uint8ClampedArray(image.data), image.width, image.height)?.data
}

test('a reader finds in the PNG the code that was put in', async () => {
  expect(decode(await renderQrPng(code))).toBe(code)
  expect(decode(await renderQrPng('Jalan Čmárá 7 · 東京'))).toBe('Jalan Čmárá 7 · 東京')
})

test('the SVG can be put into a page at any size, and holds nothing but the drawing', async () => {
  const svg = await renderQrSvg('<script>&')
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+"/)
  expect(svg).not.toContain('script')
})

test('the PDF has a page for each pass, with all its texts in any European alphabet', async () => {
  const pages = await pagesOf(await renderPassesPdf([pass(), pass({ title: 'Чайка', footer: 'Ὀδύσσεια' })]))
  expect(pages).toHaveLength(2)
  expect(pages[0]).toContain('Hamlet')
  expect(pages[0]).toContain('Tuesday, 1 June 2027, 19:30')
  expect(pages[0]).toContain('Stalls, row C, seat 12')
  expect(pages[0]).toContain('Łucja Żółć')
  expect(pages[0]).toContain('Show this code at the door.')
  expect(pages[1]).toContain('Чайка')
  expect(pages[1]).toContain('Ὀδύσσεια')
})

test('a reader finds on each page the code of that pass', async () => {
  const pdf = await renderPassesPdf([pass(), pass({ code: 'another' })])
  expect(await codeOnPage(pdf, 1)).toBe(code)
  expect(await codeOnPage(pdf, 2)).toBe('another')
})

test('no text, however long, runs over to a second page', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 600 })
  const lines = fc.array(fc.record({ label: text, value: text }), { maxLength: 20 })
  const texts = fc.record({ title: text, subtitle: text, lines, footer: text })
  await fc.assert(
    fc.asyncProperty(texts, async (overrides) => {
      const pdf = await renderPassesPdf([pass(overrides)])
      expect((await getDocumentProxy(new Uint8Array(pdf))).numPages).toBe(1)
    }),
    { numRuns: 25 },
  )
})

test('refuses to make a PDF of nothing', async () => {
  await expect(renderPassesPdf([])).rejects.toThrow(RangeError)
})

/** Paints the filled rectangles of a page as a printer would, and reads the result. */
async function codeOnPage(pdf: Buffer, page: number): Promise<string | undefined> {
  const { OPS } = await getResolvedPDFJS()
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const { fnArray, argsArray } = await (await document.getPage(page)).getOperatorList()
  const fills = argsArray.filter((args, index) => fnArray[index] === OPS.constructPath && args[0] === OPS.fill)
  const width = 1800
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255)
  // One rectangle: move to a corner, three lines, close; a number names each step.
  for (const [, [path]] of fills) {
    for (let at = 0; at + 13 <= path.length; at += 13) {
      paint(pixels, width, { left: path[at + 1], top: path[at + 2], right: path[at + 7], bottom: path[at + 8] })
    }
  }
  return readQr.default(pixels, width, width)?.data
}

const pixelsPerPoint = 3

function paint(
  pixels: Uint8ClampedArray,
  width: number,
  box: { left: number; top: number; right: number; bottom: number },
): void {
  for (let y = Math.round(box.top * pixelsPerPoint); y < Math.round(box.bottom * pixelsPerPoint); y++) {
    for (let x = Math.round(box.left * pixelsPerPoint); x < Math.round(box.right * pixelsPerPoint); x++) {
      pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
}
