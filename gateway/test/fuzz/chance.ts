/** A reproducible random sequence. */
export interface Chance {
  /** A random integer from 0 to below `end`. */
  below: (end: number) => number
  one: <T>(choices: readonly T[]) => T
}

/** Mulberry32: a small generator, random enough for requests. */
export function createChance(seed: number): Chance {
  let state = seed
  const below = (end: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }
  const one = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T
  return { below, one }
}
