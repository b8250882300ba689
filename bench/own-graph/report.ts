import type { Load } from './load.ts'

/** What one contender did with one page. */
export interface Result extends Load {
  page: string
  contender: string
  /** Microseconds of processor time for each request, by process. */
  cpuMicros: Record<string, number>
  /** Of all processes but Postgres. */
  memoryMb: number
}

/** A result, as it comes in. */
export function lineOf(result: Result): string {
  const { page, contender, cpuMicros, requests, seconds, p50Ms, p99Ms, memoryMb, wrong } = result
  const cpu = Object.entries(cpuMicros)
    .filter(([, micros]) => micros >= 100)
    .map(([name, micros]) => `${name} ${micros.toFixed(0)}`)
  const times = `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
  const rate = `${(requests / seconds).toFixed(0)} req/s`
  return `${page}, ${contender}: ${rate}, ${times}, µs CPU: ${cpu.join(', ')}; ${memoryMb.toFixed(0)} MB${wrong ? `, ${wrong} WRONG` : ''}`
}

/** A page's contenders, the best round of each: on a machine that others use too, the others can only make it worse. */
export function tableOf(page: string, results: readonly Result[]): string {
  const best = [
    ...Map.groupBy(
      results.filter((each) => each.page === page),
      ({ contender }) => contender,
    ).values(),
  ].map((rounds) => rounds.toSorted((a, b) => ownMicros(a) - ownMicros(b))[0])
  const of = (name: string) => best.find((each) => each?.contender === name)
  const rows = best.map((each) => {
    if (!each) return ''
    const { gateway = 0, floor = 0, postgres = 0 } = each.cpuMicros
    const times = (name: string) => ratio(ownMicros(each), of(name))
    const cells = [
      each.contender,
      gateway ? gateway.toFixed(0) : '–',
      (ownMicros(each) - gateway - floor).toFixed(0),
      ownMicros(each).toFixed(0),
      postgres.toFixed(0),
      times('floor'),
      times('stock'),
      (each.requests / each.seconds).toFixed(0),
      each.p50Ms.toFixed(0),
      each.p99Ms.toFixed(0),
      each.memoryMb.toFixed(0),
    ]
    return `| ${cells.join(' | ')} |`
  })
  const head = [
    page,
    'gateway µs',
    'services µs',
    'together µs',
    'Postgres µs',
    '× floor',
    '× stock',
    'req/s',
    'p50 ms',
    'p99 ms',
    'MB',
  ]
  return `\n| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |\n${rows.join('\n')}`
}

/** Of the gateway and the services, or of the floor: all but Postgres. */
function ownMicros({ cpuMicros }: Result): number {
  const { postgres: _postgres, ...own } = cpuMicros
  return Object.values(own).reduce((sum, each) => sum + each, 0)
}

function ratio(micros: number, other: Result | undefined): string {
  return other ? (micros / ownMicros(other)).toFixed(2) : '–'
}
