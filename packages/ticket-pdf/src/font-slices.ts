import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of a font family: the letters of one script, or a part of the Chinese, Japanese or Korean ones. */
export interface FontSlice {
  /** `noto-sans-jp/[119]` */
  id: string
  file: string
  /** The code points that it has. */
  letters: ReadonlySet<number>
}

const alphabets = [
  'arabic',
  'hebrew',
  'thai',
  'bengali',
  'tamil',
  'telugu',
  'kannada',
  'malayalam',
  'gujarati',
  'gurmukhi',
  'sinhala',
  'armenian',
  'georgian',
  'khmer',
  'lao',
  'myanmar',
  'ethiopic',
]

/** Where the same ideograph is drawn in different ways, the first family decides. */
export type HanStyle = 'sc' | 'tc' | 'jp' | 'kr'
const hanStyles: readonly HanStyle[] = ['sc', 'tc', 'jp', 'kr']

/**
 * The slices that say they have all of these code points, the one to try first in front. Latin, Greek, Cyrillic and
 * Devanagari come first, then the other alphabets, Han in that style, and emoji.
 */
export function fontSlicesFor(codePoints: readonly number[], han: HanStyle): FontSlice[] {
  const styles = [han, ...hanStyles.filter((style) => style !== han)]
  const families = [
    familyOf('noto-sans', () => true),
    ...alphabets.map((script) => familyOf(`noto-sans-${script}`, (subset) => subset === script)),
    ...styles.map((style) => familyOf(`noto-sans-${style}`, (subset) => subset.startsWith('['))),
    familyOf('noto-emoji', () => true),
  ]
  return families.flatMap((slices) => slices().filter(({ letters }) => codePoints.every((each) => letters.has(each))))
}

const families = new Map<string, FontSlice[]>()

/** Read when first asked for: most tickets need the first family alone. */
function familyOf(family: string, isWanted: (subset: string) => boolean): () => FontSlice[] {
  return () => {
    const slices = families.get(family) ?? readFamily(family, isWanted)
    families.set(family, slices)
    return slices
  }
}

function readFamily(family: string, isWanted: (subset: string) => boolean): FontSlice[] {
  const ranges = JSON.parse(readFileSync(pathIn(family, 'unicode.json'), 'utf8')) as Record<string, string>
  return Object.entries(ranges)
    .filter(([subset]) => isWanted(subset))
    .map(([subset, range]) => ({
      id: `${family}/${subset}`,
      file: pathIn(family, `files/${family}-${subset.replace(/[[\]]/g, '')}-wght-normal.woff2`),
      letters: new Set(range.split(',').flatMap(codePointsIn)),
    }))
}

/** `U+0400-045F` or `U+2116` */
function codePointsIn(range: string): number[] {
  const [first = '', last = first] = range.replace(/^U\+/i, '').split('-')
  const start = Number.parseInt(first, 16)
  return Array.from({ length: Number.parseInt(last, 16) - start + 1 }, (_, index) => start + index)
}

function pathIn(family: string, path: string): string {
  return fileURLToPath(import.meta.resolve(`@fontsource-variable/${family}/${path}`))
}
