/** A sequence of random choices that shrinks: a shorter tape or smaller numbers make simpler values. */
export interface Tape {
  /** A number from 0 to n − 1. */
  take: (n: number) => number
  /** True with probability 1/n. */
  once: (n: number) => boolean
}

/** Reads choices from a list. After its end, all choices are 0. */
export function readTape(choices: readonly number[]): Tape {
  let position = 0
  const take = (n: number): number => (choices[position++] ?? 0) % n
  return { take, once: (n) => take(n) === n - 1 }
}

/** A hash of a text. Generated subgraphs derive their values from it, so equal requests get equal responses. */
export function hashOf(text: string): number {
  let hash = 2_166_136_261
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619)
  return (hash ^ (hash >>> 15)) >>> 0
}
