import { fold } from './fold-text.ts'

/**
 * How text is cut into the words that it is found by. What is stored and what is asked for are cut here, in code, so that both are
 * cut alike, and alike under every locale of the database. Postgres only compares the results.
 */

/** The number of this rule. Rows keep it beside their words, so that those of an older rule are found and cut anew. */
export const searchRule = 1

/** What a match in a text is worth: in a title (A) more than in a description (B), and there more than in a place (C). */
export type SearchWeight = 'A' | 'B' | 'C' | 'D'

const maxWordLength = 64
const maxTerms = 24
/** Postgres counts no further. */
const maxPosition = 16_383

/**
 * The words of texts as the text of a `tsvector`, each text with its weight. Beside each word it has, for `AC/DC` and `R.E.M.`,
 * the parts in one piece; of scripts without spaces, each pair of neighbouring letters; and signs that stand alone.
 */
export function searchVector(texts: Partial<Record<SearchWeight, string>>): string {
  const places = new Map<string, string>()
  let position = 0
  for (const [weight, text] of Object.entries(texts).toSorted()) {
    for (const word of storedWords(text)) {
      position = Math.min(position + 1, maxPosition)
      if (!places.has(word)) places.set(word, `${position}${weight}`)
    }
  }
  return [...places].map(([word, place]) => `${quoted(word)}:${place}`).join(' ')
}

/** How to look for what people typed. */
export interface SearchOptions {
  /** Only texts of these weights count: `AB`. Absent: all. */
  weights?: string
  /** From how many letters on a word is found by its beginning. Absent: 1. Shorter ones are found whole. */
  minPrefixLength?: number
}

/** What people typed as the text of a `tsquery`: all of its words, each from its beginning. Null when nothing can be looked for. */
export function searchQuery(text: string, options: SearchOptions = {}): string | null {
  const chunks = chunksOf(text)
  const hasWords = chunks.some(isWorded)
  const terms = chunks.filter((chunk) => isWorded(chunk) === hasWords).flatMap((chunk) => termsOf(chunk, options))
  return terms.slice(0, maxTerms).join(' & ') || null
}

/** What stands between two spaces. */
interface Chunk {
  /** Of scripts with spaces, cut at every sign. */
  words: string[]
  /** Runs of letters of scripts without spaces, each letter with its marks. */
  runs: string[][]
  /** Runs of other signs. */
  signs: string[]
}

function isWorded({ words, runs }: Chunk): boolean {
  return words.length + runs.length > 0
}

/** Letters of scripts that put no space between words. */
const spaceless =
  '[[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]&&\\p{L}]'
const run = new RegExp(`(?:${spaceless}\\p{M}*)+`, 'gv')
const letter = new RegExp(`${spaceless}\\p{M}*`, 'gv')

function chunksOf(text: string): Chunk[] {
  return fold(text)
    .split(/\s+/)
    .map((chunk) => ({
      words: chunk.replaceAll(run, ' ').match(/[\p{L}\p{N}\p{M}]+/gu) ?? [],
      runs: (chunk.match(run) ?? []).map((letters) => letters.normalize('NFC').match(letter) ?? []),
      signs: chunk.match(/[\p{S}\p{P}]+/gu) ?? [],
    }))
}

function* storedWords(text: string): Generator<string> {
  let before: string | undefined
  for (const { words, runs, signs } of chunksOf(text)) {
    for (const word of [...words, ...signs]) yield cut(word)
    if (words.length > 1) yield cut(words.join(''))
    yield* lettersOf(runs, words.length > 0 ? undefined : before)
    before = runs.at(-1)?.at(-1)
  }
}

/** The letter before the runs goes with them: people write such names with a space or without one. */
function* lettersOf(runs: readonly string[][], letterBefore: string | undefined): Generator<string> {
  let before = letterBefore
  for (const letters of runs) {
    yield* pairsOf(before ? [before, ...letters] : letters)
    before = letters.at(-1)
    if (before) yield before
  }
}

function pairsOf(letters: readonly string[]): string[] {
  return letters.slice(1).map((next, index) => `${letters[index]}${next}`)
}

/** What is not typed to its end yet is looked for by its beginning: the last of each kind. */
function termsOf({ words, runs, signs }: Chunk, { weights = '', minPrefixLength = 1 }: SearchOptions): string[] {
  const all = (terms: readonly string[], minLength = 1) =>
    terms.map((each, index) => termOf(each, index === terms.length - 1 && each.length >= minLength, weights))
  const letters = all(runs.flatMap((run) => (run.length === 1 ? run : pairsOf(run))))
  if (words.length + runs.length === 0) return all(signs)
  const parts = all(words, minPrefixLength)
  if (words.length < 2) return [...parts, ...letters]
  return [`(${all([words.join('')], minPrefixLength)} | ${parts.join(' & ')})`, ...letters]
}

function termOf(word: string, isBeginning: boolean, weights: string): string {
  return quoted(cut(word)) + endingOf(isBeginning, weights)
}

function endingOf(isBeginning: boolean, weights: string): string {
  if (isBeginning) return `:*${weights}`
  return weights && `:${weights}`
}

/** By characters, so that none is cut in half. */
function cut(word: string): string {
  return word.length <= maxWordLength ? word : [...word].slice(0, maxWordLength).join('')
}

function quoted(word: string): string {
  return `'${word.replaceAll(/['\\]/g, '$&$&')}'`
}
