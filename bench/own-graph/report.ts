import type { Load } from '../load.ts'
import { spreadOf, textOf } from '../turns.ts'

/** What one contender did with one page in one turn. */
export interface Result extends Load {
  page: string
  contender: string
  /** Processor time in the turn, by process. */
  cpuSeconds: Record<string, number>
  /** Of all processes but Postgres. */
  memoryMb: number
}

const head = ['gateway µs', 'services µs', 'together µs', 'Postgres µs']
const tail = ['req/s', 'p50 ms', 'p99 ms', 'MB']

/**
 * A page's contenders. Processor time is that of one request, and a ratio is that of two turns of one round: the contender's gateway and
 * services together, divided by those of `others`. All are medians of the rounds; where quartiles follow, they are in brackets.
 */
export function tableOf(
  page: string,
  turns: ReadonlyMap<string, readonly Result[]>,
  others: readonly string[],
): string {
  const titles = [page, ...head, ...others.map((name) => `× ${name}`), ...tail]
  const rows = [...turns].map(([name, results]) => {
    const middle = (pick: (turn: Result) => number) => spreadOf(results.map(pick)).median.toFixed(0)
    const wrong = results.reduce((sum, turn) => sum + turn.wrong, 0)
    const cells = [
      name,
      middle(micros((process) => process === 'gateway')),
      middle(micros((process) => process !== 'gateway' && process !== 'postgres')),
      textOf(spreadOf(results.map(together)), 0),
      middle(micros((process) => process === 'postgres')),
      ...others.map((other) => ratioTo(turns.get(other), results)),
      middle(({ requests, seconds }) => requests / seconds),
      middle(({ p50Ms }) => p50Ms),
      middle(({ p99Ms }) => p99Ms),
      middle(({ memoryMb }) => memoryMb),
    ]
    return `| ${cells.join(' | ')} |${wrong ? ` ${wrong} WRONG` : ''}`
  })
  return `\n| ${titles.join(' | ')} |\n|${' --- |'.repeat(titles.length)}\n${rows.join('\n')}`
}

/** Processor time of some processes for each request. The floor is no gateway: all of it counts as services. */
function micros(isMeant: (process: string) => boolean): (turn: Result) => number {
  return ({ cpuSeconds, requests }) =>
    (Object.entries(cpuSeconds).reduce((sum, [name, seconds]) => (isMeant(name) ? sum + seconds : sum), 0) / requests) *
    1e6
}

const together = micros((process) => process !== 'postgres')

function ratioTo(others: readonly Result[] | undefined, turns: readonly Result[]): string {
  if (!others) return '–'
  const ratios = turns.map((turn, round) => {
    const other = others[round]
    return other ? together(turn) / together(other) : Number.NaN
  })
  return textOf(spreadOf(ratios), 2)
}
