import { readFile } from 'node:fs/promises'
import { create, type Font } from 'fontkit'
import { LRUCache } from 'lru-cache'
import subsetFont from 'subset-font'
import { type FontSlice, fontSlicesFor, type HanStyle } from './font-slices.ts'
import { createShaper, type Shaper, shapeFallback } from './shape.ts'

export type Weight = 400 | 700

/** A slice of a font in one weight, ready to be embedded. */
export interface Face {
  /** `noto-sans/latin 700` */
  id: string
  /** For pdfkit, which embeds it, and asks it how to lay out a text: as `shape` does. */
  font: Font
  /** The same letters one after the other: for text that machines read and nobody sees. */
  plain: Font
  shape: Shaper
  /** The outline of a glyph, as an SVG path in units of the font, of which an em has `unitsPerEm`. */
  outlineOf: (glyphId: number) => string
  unitsPerEm: number
  has: (codePoints: readonly number[]) => boolean
}

/** The face to draw these code points with; null when no font has all of them. */
export async function findFace(codePoints: readonly number[], weight: Weight, han: HanStyle): Promise<Face | null> {
  for (const slice of fontSlicesFor(codePoints, han)) {
    const face = await loadFace(slice, weight)
    if (face.has(codePoints)) return face
  }
  return null
}

/** Some hundred kilobytes each. */
const loaded = new LRUCache<string, Promise<Face>>({ max: 150 })

function loadFace(slice: FontSlice, weight: Weight): Promise<Face> {
  const id = `${slice.id} ${weight}`
  const face = loaded.get(id) ?? readFace(slice, { id, weight })
  loaded.set(id, face)
  return face
}

/** PDF knows no variable fonts, and pdfkit embeds no WOFF2. */
async function readFace({ file }: FontSlice, { id, weight }: { id: string; weight: Weight }): Promise<Face> {
  const options = { targetFormat: 'sfnt', variationAxes: { wght: weight }, keepAllGlyphs: true } as const
  const bytes = await subsetFont(await readFile(file), undefined, options)
  const font = create(bytes) as Font
  const { shape, outlineOf } = createShaper(bytes)
  return {
    id,
    font: laidOut(font, id, (text, [direction]) => shape(text, direction === 'rtl')),
    plain: laidOut(font, `${id} plain`, (text) => shapeFallback(font, text)),
    shape,
    outlineOf,
    unitsPerEm: font.unitsPerEm,
    has: (codePoints) => codePoints.every((codePoint) => font.hasGlyphForCodePoint(codePoint)),
  }
}

/** The slices of a family are all called the same, and pdfkit takes fonts of one name for one font. */
function laidOut(font: Font, id: string, layout: (text: string, features: readonly string[]) => object): Font {
  const postscriptName = `${font.postscriptName}-${id.replace(/[^a-z0-9]+/gi, '-')}`
  return Object.create(font, Object.getOwnPropertyDescriptors({ layout, postscriptName })) as Font
}
