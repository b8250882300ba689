/** The middle of some values, and between what half of them lie. */
export interface Spread {
  low: number
  median: number
  high: number
}

/**
 * Lets contenders take turns, so many rounds: what else happens on the machine happens to all of them. Each round begins with another
 * contender, so that none always follows the same. Gives the results of each contender, by round.
 */
export async function takeTurns<Contender, Result>(
  contenders: ReadonlyMap<string, Contender>,
  rounds: number,
  turn: (contender: Contender, name: string) => Promise<Result>,
): Promise<Map<string, Result[]>> {
  const all = [...contenders]
  const results = new Map(all.map(([name]) => [name, [] as Result[]]))
  for (let round = 0; round < rounds; round++) {
    const first = round % all.length
    for (const [name, contender] of [...all.slice(first), ...all.slice(0, first)])
      results.get(name)?.push(await turn(contender, name))
  }
  return results
}

/** The median and the quartiles of some values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) }
}

/** A median, with the quartiles in brackets. */
export function textOf({ low, median, high }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}
