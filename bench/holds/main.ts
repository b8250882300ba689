import { parseArgs } from 'node:util'
import { EventsDocument, PerformanceDocument } from '@tikitu/client/operations'
import pg from 'pg'
import { anonymousClient } from '../../dev/src/demo/signed-in-client.ts'
import { gateway, subgraphs } from '../../dev/src/stack/services.ts'
import { end } from '../measured-process.ts'
import { startSeededPlatform } from '../own-graph/platform.ts'
import { startPlatform } from '../own-graph/processes.ts'
import { cpuSeconds, cpuSecondsOfTree } from '../processor-time.ts'
import { barely, type Sale, throughBooking } from './buyers.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { seconds: { type: 'string', default: '4' }, buyers: { type: 'string', default: '50' } },
})

/** What all buyers together got. */
interface Outcome {
  holds: number[][]
  refused: Map<string, number>
  times: number[]
}

const platform = await startSeededPlatform()
const { stack } = platform
const performances = await arenaPerformances()
await Promise.all([...subgraphs, gateway].map(({ name }) => stack.process(name).stop()))
const running = await startPlatform(stack, { env: {} })
const [booking] = running.processes.filter(({ name }) => name === 'booking')
const pool = new pg.Pool({ connectionString: stack.environment('booking')['BOOKING_DATABASE_URL'], max: 10 })
try {
  const [ours, other] = performances
  if (!ours || !other) throw new Error('the arena has two evenings')
  const keys = stack.environment('booking')['BOOKING_REQUEST_KEYS'] ?? ''
  await measure('booking', throughBooking(running.ports['booking'] ?? 0, keys, ours), ours)
  await measure('bare SQL', barely(pool, other), other)
} finally {
  await pool.end()
  await Promise.all(running.processes.map(end))
  await stack.stop()
}

/** Two evenings of the same house, with thousands of numbered seats each. */
async function arenaPerformances(): Promise<Sale[]> {
  const client = anonymousClient(stack.graphUrl)
  const { events } = await client.run(EventsDocument, { filter: { text: 'comet' }, sort: 'SOONEST', first: 1 })
  const found = events?.edges[0]?.node.performances.edges ?? []
  return await Promise.all(
    found.map(async ({ node: { id } }) => {
      const { performance } = await client.run(PerformanceDocument, { id })
      const tier = performance?.tiers.find(({ zone }) => zone === 'Upper bowl')
      if (!tier) throw new Error('the arena has an upper bowl')
      return { performanceId: id, tierId: tier.id, zone: tier.zone }
    }),
  )
}

async function measure(name: string, buy: () => Promise<number[] | string>, sale: Sale): Promise<void> {
  await letBuy(buy, 1_000)
  const now = () => [cpuSeconds(booking?.child.pid ?? 0), cpuSecondsOfTree(platform.postgresPid())]
  const held = await countHeld(sale)
  const before = now()
  const { holds, refused, times } = await letBuy(buy, Number(values.seconds) * 1_000)
  const [service = 0, postgres = 0] = now().map((seconds, index) => seconds - (before[index] ?? 0))
  const numbers = holds.flat()
  const isSound = new Set(numbers).size === numbers.length && (await countHeld(sale)) - held === numbers.length
  times.sort((a, b) => a - b)
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(0)
  const micros = (seconds: number) => ((seconds / holds.length) * 1e6).toFixed(0)
  const refusals = [...refused].map(([code, count]) => `${code} ${count}`).join(', ') || 'none'
  console.log(
    `${name}: ${(holds.length / Number(values.seconds)).toFixed(0)} holds/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `CPU for a hold: service ${micros(service)} µs, Postgres ${micros(postgres)} µs; refused: ${refusals}`,
  )
  if (!isSound) throw new Error(`${name}: a place was held twice, or a hold is not whole`)
}

/** Everybody wants two seats together, again and again, each time as somebody else. */
async function letBuy(buy: () => Promise<number[] | string>, forMs: number): Promise<Outcome> {
  const outcome: Outcome = { holds: [], refused: new Map(), times: [] }
  const until = performance.now() + forMs
  const buyer = async (): Promise<void> => {
    while (performance.now() < until) {
      const asked = performance.now()
      const got = await buy()
      outcome.times.push(performance.now() - asked)
      if (typeof got === 'string') outcome.refused.set(got, (outcome.refused.get(got) ?? 0) + 1)
      else outcome.holds.push(got)
    }
  }
  await Promise.all(Array.from({ length: Number(values.buyers) }, buyer))
  return outcome
}

async function countHeld({ performanceId, zone }: Sale): Promise<number> {
  const text = `select count(*)::integer from places where performance_id = $1 and zone = $2 and status = 'HELD'`
  return (await pool.query(text, [performanceId, zone])).rows[0].count
}
