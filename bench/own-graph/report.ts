import type { Load } from '../load.ts'
import { spreadOf } from '../turns.ts'

/** What one contender did with one page in one turn. */
export interface Result extends Load {
  page: string
  contender: string
  /** Processor time in the turn, by process. */
  cpuSeconds: Record<string, number>
  /** Of all processes but Postgres. */
  memoryMb: number
}

/** What one contender did with one page in all of its turns, for each request. */
interface Sum {
  contender: string
  gateway: number
  services: number
  postgres: number
  rate: number
  p50Ms: number
  p99Ms: number
  memoryMb: number
  wrong: number
}

const head = 'gateway µs | services µs | together µs | Postgres µs | × floor | × stock | req/s | p50 ms | p99 ms | MB'

/** A page's contenders. */
export function tableOf(page: string, results: readonly Result[]): string {
  const sums = [...Map.groupBy(results, ({ contender }) => contender).values()].map(sumOf)
  const own = ({ gateway, services }: Sum) => gateway + services
  const rows = sums.map((sum) => {
    const times = ['floor', 'stock'].map((name) => {
      const other = sums.find(({ contender }) => contender === name)
      return other ? (own(sum) / own(other)).toFixed(2) : '–'
    })
    const numbers = [sum.gateway, sum.services, own(sum), sum.postgres].map((micros) => micros.toFixed(0))
    const rest = [sum.rate, sum.p50Ms, sum.p99Ms, sum.memoryMb].map((value) => value.toFixed(0))
    return `| ${[sum.contender, ...numbers, ...times, ...rest].join(' | ')} |${sum.wrong ? ` ${sum.wrong} WRONG` : ''}`
  })
  return `\n| ${page} | ${head} |\n|${' --- |'.repeat(11)}\n${rows.join('\n')}`
}

/** The floor is no gateway: all of it counts as services. */
function sumOf(turns: readonly Result[]): Sum {
  const total = (pick: (turn: Result) => number) => turns.reduce((sum, turn) => sum + pick(turn), 0)
  const middle = (pick: (turn: Result) => number) => spreadOf(turns.map(pick)).median
  const requests = total((turn) => turn.requests)
  const micros = (pick: (name: string) => boolean) =>
    (total(({ cpuSeconds }) =>
      Object.entries(cpuSeconds).reduce((sum, [name, seconds]) => (pick(name) ? sum + seconds : sum), 0),
    ) /
      requests) *
    1e6
  return {
    contender: turns[0]?.contender ?? '',
    gateway: micros((name) => name === 'gateway'),
    services: micros((name) => name !== 'gateway' && name !== 'postgres'),
    postgres: micros((name) => name === 'postgres'),
    rate: requests / total((turn) => turn.seconds),
    p50Ms: middle((turn) => turn.p50Ms),
    p99Ms: middle((turn) => turn.p99Ms),
    memoryMb: Math.max(...turns.map((turn) => turn.memoryMb)),
    wrong: total((turn) => turn.wrong),
  }
}
