import LineBreaker from 'linebreak'
import type { Cluster } from './clusters.ts'

/** How wide these letters are, drawn on one line. */
export type Measure = (clusters: readonly Cluster[]) => number

export interface WrappedText {
  lines: Cluster[][]
  cutsWords: boolean
}

/** These are written without spaces between words. */
const unspaced = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** The same letters, with `mayEnd` set where a line may end after one. */
export function withBreaks(clusters: readonly Cluster[]): Cluster[] {
  const text = clusters.map((cluster) => cluster.text).join('')
  const ends = breaksIn(text)
  let at = 0
  return clusters.map((cluster) => {
    at += cluster.text.length
    return { ...cluster, mayEnd: ends.has(at) }
  })
}

function breaksIn(text: string): Set<number> {
  const ends = new Set<number>()
  const breaker = new LineBreaker(text)
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) ends.add(next.position)
  if (!unspaced.test(text)) return ends
  for (const { segment, index, isWordLike } of new Intl.Segmenter('th', { granularity: 'word' }).segment(text)) {
    if (isWordLike && unspaced.test(segment)) ends.add(index + segment.length)
  }
  return ends
}

/** Lines that are at most so wide, and whether a word had to be cut to make them so. */
export function wrap(clusters: readonly Cluster[], width: number, measure: Measure): WrappedText {
  const lines: Cluster[][] = []
  let cutsWords = false
  let line: Cluster[] = []
  let used = 0
  for (const word of wordsOf(clusters)) {
    const seen = measure(trimmed(word))
    if (line.length > 0 && used + seen > width) {
      lines.push(line)
      line = []
      used = 0
    }
    const parts = seen > width ? cut(word, width, measure) : [word]
    cutsWords ||= parts.length > 1
    lines.push(...parts.slice(0, -1))
    line = [...line, ...(parts.at(-1) ?? [])]
    used = parts.length > 1 ? measure(line) : used + measure(word)
  }
  if (line.length > 0) lines.push(line)
  return { lines: lines.map(trimmed), cutsWords }
}

function wordsOf(clusters: readonly Cluster[]): Cluster[][] {
  const words: Cluster[][] = [[]]
  for (const cluster of clusters) {
    words.at(-1)?.push(cluster)
    if (cluster.mayEnd) words.push([])
  }
  return words.filter((word) => word.length > 0)
}

/** Letter by letter: joined letters are narrower than single ones, so no part is too wide. */
function cut(word: readonly Cluster[], width: number, measure: Measure): Cluster[][] {
  const parts: Cluster[][] = [[]]
  let used = 0
  for (const cluster of word) {
    const one = measure([cluster])
    if (used > 0 && used + one > width) {
      parts.push([])
      used = 0
    }
    parts.at(-1)?.push(cluster)
    used += one
  }
  return parts
}

/** Spaces at the end of a line are not drawn. */
export function trimmed(line: readonly Cluster[]): Cluster[] {
  const end = line.findLastIndex((cluster) => cluster.text.trim() !== '')
  return line.slice(0, end + 1)
}
