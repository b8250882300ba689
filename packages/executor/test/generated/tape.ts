/** Choices that shrink: a shorter tape, or smaller numbers on it, mean a simpler thing. */
export interface Tape {
  /** A number from 0 to n − 1. */
  take: (n: number) => number
  /** True once in n times. */
  once: (n: number) => boolean
}

/** Reads choices from a list; once it is used up, all choices are 0. */
export function readTape(choices: readonly number[]): Tape {
  let position = 0
  const take = (n: number): number => (choices[position++] ?? 0) % n
  return { take, once: (n) => take(n) === n - 1 }
}

/** A number that depends on the text alone: what a generated subgraph answers is a function of what it is asked. */
export function hashOf(text: string): number {
  let hash = 2_166_136_261
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619)
  return (hash ^ (hash >>> 15)) >>> 0
}
