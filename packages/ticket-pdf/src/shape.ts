import type { Font } from 'fontkit'
import * as harfbuzz from 'harfbuzzjs'

/** A text as glyphs of a font, from left to right as they are seen, in units of the font. */
export interface ShapedText {
  glyphs: { id: number; codePoints: number[]; advanceWidth: number }[]
  positions: { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number }[]
  advanceWidth: number
  /** Whether each glyph stands for letters of its own, in their order: if not, the text cannot be read back from the glyphs. */
  isReadable: boolean
}

export type Shaper = (text: string, isRightToLeft: boolean) => ShapedText

/** Joins, stacks and reorders letters as their script wants it, by HarfBuzz. */
export function createShaper(bytes: Uint8Array): { shape: Shaper; outlineOf: (glyphId: number) => string } {
  const font = new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(bytes)))
  return {
    shape: (text, isRightToLeft) => shape(font, text, isRightToLeft),
    outlineOf: (glyphId) => font.glyphToPath(glyphId),
  }
}

function shape(font: harfbuzz.Font, text: string, isRightToLeft: boolean): ShapedText {
  const buffer = new harfbuzz.Buffer()
  buffer.addText(text)
  buffer.setClusterLevel(harfbuzz.ClusterLevel.MONOTONE_CHARACTERS)
  buffer.guessSegmentProperties()
  buffer.setDirection(isRightToLeft ? harfbuzz.Direction.RTL : harfbuzz.Direction.LTR)
  harfbuzz.shape(font, buffer)
  const positions = buffer.getGlyphPositions().map(({ xAdvance, yAdvance, xOffset, yOffset }) => ({
    xAdvance,
    yAdvance,
    xOffset,
    yOffset,
  }))
  const infos = buffer.getGlyphInfos()
  const lettersAt = lettersByCluster(text, new Set(infos.map(({ cluster }) => cluster)))
  const glyphs = infos.map(({ codepoint, cluster }, index) => ({
    id: codepoint,
    codePoints: lettersAt.get(cluster) ?? [],
    advanceWidth: positions[index]?.xAdvance ?? 0,
  }))
  return {
    glyphs,
    positions,
    advanceWidth: positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0),
    isReadable: lettersAt.size === glyphs.length,
  }
}

/** The letters from each of these places of the text to the next. */
function lettersByCluster(text: string, starts: ReadonlySet<number>): Map<number, number[]> {
  const sorted = [...starts].sort((a, b) => a - b)
  return new Map(
    sorted.map((start, index) => {
      const letters = [...text.slice(start, sorted[index + 1])]
      return [start, letters.map((letter) => letter.codePointAt(0) ?? 0)]
    }),
  )
}

/** The letters one after the other, each as its own glyph. */
export function shapeFallback(font: Font, text: string): Omit<ShapedText, 'isReadable'> {
  const glyphs = font.glyphsForString(text).filter((glyph) => glyph.id !== 0)
  const positions = glyphs.map(({ advanceWidth }) => ({ xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 }))
  return { glyphs, positions, advanceWidth: glyphs.reduce((sum, { advanceWidth }) => sum + advanceWidth, 0) }
}
