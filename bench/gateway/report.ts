import type { Load } from '../load.ts'
import { spreadOf, textOf } from '../turns.ts'

/** What one contender did in one turn. */
export interface Result extends Load {
  /** Processor time of the gateway for each request, in microseconds. */
  cpuMicros: number
  memoryMb: number
  /** Requests to subgraphs for each request. */
  fetches: number
}

const head = 'fetches | µs CPU | × stock | × hive-rust | × floor | req/s | p99 ms | MB'

/**
 * A table of contenders. Each ratio is that of two turns of one round, and says how often the other's processor time holds that of the
 * contender: the median of all rounds, and the quartiles.
 */
export function tableOf(title: string, results: ReadonlyMap<string, readonly Result[]>): string {
  const rows = [...results].map(([name, turns]) => {
    const median = (pick: (turn: Result) => number) => spreadOf(turns.map(pick)).median
    const ratios = ['stock', 'hive-rust', 'floor'].map((other) => ratioTo(results.get(other), turns))
    const wrong = turns.reduce((sum, turn) => sum + turn.wrong, 0)
    const firstWrong = turns.find((turn) => turn.firstWrong !== null)?.firstWrong
    const cells = [
      name,
      median(({ fetches }) => fetches).toFixed(1),
      median(({ cpuMicros }) => cpuMicros).toFixed(0),
      ...ratios,
      median(({ requests, seconds }) => requests / seconds).toFixed(0),
      median(({ p99Ms }) => p99Ms).toFixed(0),
      median(({ memoryMb }) => memoryMb).toFixed(0),
    ]
    return `| ${cells.join(' | ')} |${wrong > 0 ? ` ${wrong} WRONG: ${firstWrong}` : ''}`
  })
  return `\n| ${title} | ${head} |\n|${' --- |'.repeat(9)}\n${rows.join('\n')}`
}

function ratioTo(others: readonly Result[] | undefined, turns: readonly Result[]): string {
  if (!others) return '–'
  return textOf(spreadOf(turns.map(({ cpuMicros }, round) => (others[round]?.cpuMicros ?? Number.NaN) / cpuMicros)), 2)
}
