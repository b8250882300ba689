import bidiFactory, { type Bidi } from 'bidi-js'
import { type Face, findFace, type Weight } from './faces.ts'
import type { HanStyle } from './font-slices.ts'

/** What is seen as one letter, and what it is drawn with. */
export interface Cluster {
  text: string
  /** Null when no font has it: a question mark is drawn in its place. */
  face: Face | null
  /** Of the Unicode bidirectional algorithm: odd when it is read from right to left. */
  level: number
  /** Whether a line may end after it. */
  mayEnd: boolean
}

/** Its types forget that it is CommonJS. */
const bidi = (bidiFactory as unknown as () => Bidi)()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Signs that are not seen, and steer the letters around them at most. */
const unseen = /\p{Default_Ignorable_Code_Point}/u
const controls = /[\p{Cc}\s]+/gu
/** Marks of direction, soft hyphens and the like; not the joiners and selectors that are part of a letter. */
const formats = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}/gu

/** The text on one line, without signs that nobody sees. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(controls, ' ').replace(formats, '').normalize('NFC').trim()
}

/** The letters of a text, as they follow each other in it. `mayEnd` is left false: see `wrap.ts`. */
export async function clustersOf(text: string, weight: Weight): Promise<Cluster[]> {
  const clean = cleanText(text)
  const { levels } = bidi.getEmbeddingLevels(clean)
  const han = hanStyleOf(clean)
  const clusters: Cluster[] = []
  for (const { segment, index } of graphemes.segment(clean)) {
    const level = levels[index] ?? 0
    const before = clusters.at(-1)
    // A space as part of its words keeps them in one run: text extraction drops a lone space.
    const joins = segment === ' ' && before?.face?.has([0x20]) && /[\p{L}\p{M}]/u.test(before.text)
    const parts = joins ? [{ text: segment, face: before?.face ?? null }] : await facesFor(segment, weight, han)
    for (const part of parts) clusters.push({ ...part, level, mayEnd: false })
  }
  return clusters
}

/** A letter that no font has whole, such as an emoji of several, is drawn in its parts; marks that none has are left out. */
async function facesFor(text: string, weight: Weight, han: HanStyle): Promise<Pick<Cluster, 'text' | 'face'>[]> {
  const seen = [...text].filter((sign) => !unseen.test(sign))
  if (seen.length === 0) return []
  const face = await findFace(seen.map(codePointOf), weight, han)
  if (face || seen.length === 1) return [{ text: face ? text : (seen[0] ?? ''), face }]
  const parts = await Promise.all(
    seen.map(async (sign) => ({ text: sign, face: await findFace([codePointOf(sign)], weight, han) })),
  )
  return parts.filter((part) => part.face !== null || !/\p{M}/u.test(part.text))
}

function codePointOf(sign: string): number {
  return sign.codePointAt(0) ?? 0
}

/** Kana are Japanese, Hangul is Korean; ideographs alone may be either, and are drawn the Chinese way. */
function hanStyleOf(text: string): HanStyle {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'jp'
  return /\p{Script=Hangul}/u.test(text) ? 'kr' : 'sc'
}
