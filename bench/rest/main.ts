import { parseArgs } from 'node:util'
import { printExecutableGraphQLDocument } from '@graphql-tools/documents'
import type { DocumentNode } from 'graphql'
import { gateway, subgraphs } from '../../dev/src/stack/services.ts'
import { readOperations } from '../../schema/rest/operations.ts'
import { askOnce, runLoad, type Sent } from '../load.ts'
import { end } from '../measured-process.ts'
import { type SeededPlatform, startSeededPlatform } from '../own-graph/platform.ts'
import { type Running, startPlatform } from '../own-graph/processes.ts'
import { cpuSeconds } from '../processor-time.ts'
import { spreadOf, takeTurns, textOf } from '../turns.ts'

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { seconds: { type: 'string', default: '1' }, rounds: { type: 'string', default: '12' } },
})

/** An operation, sent over GraphQL and over REST. */
interface Pair {
  name: string
  graphql: Sent
  rest: Sent
}

/** Microseconds of processor time for each request in one turn. */
interface Cost {
  gateway: number
  together: number
}

const connections = 20
const operations: Readonly<Record<string, DocumentNode>> = readOperations()
const platform = await startSeededPlatform()
try {
  await Promise.all([...subgraphs, gateway].map(({ name }) => platform.stack.process(name).stop()))
  const running = await startPlatform(platform.stack, { env: {} })
  console.log('| operation | GraphQL, µs | REST, µs | gateway, × GraphQL | gateway and services, × GraphQL |')
  console.log('| --- | --- | --- | --- | --- |')
  for (const pair of pairsOf(platform)) console.log(await rowOf(running, pair))
  await Promise.all(running.processes.map(end))
} finally {
  await platform.stack.stop()
}

function pairsOf({ performanceId, token }: SeededPlatform): Pair[] {
  const pair = (name: string, get: string, variables: object): Pair => ({
    name,
    graphql: { body: JSON.stringify({ query: textOfOperation(name), variables }), token },
    rest: { body: '', get: `/api/v1${get}`, token },
  })
  return [
    pair('Events', '/booking/events?limit=20', { first: 20 }),
    pair('Performance', `/booking/performances/${performanceId}`, { id: performanceId }),
    pair('SeatMap', `/booking/performances/${performanceId}/seat-map`, { performanceId }),
    pair('MyBookings', '/user/bookings?limit=20', { first: 20 }),
  ]
}

function textOfOperation(name: string): string {
  const document = operations[name]
  if (!document) throw new Error(`there is no operation ${name}`)
  return printExecutableGraphQLDocument(document)
}

async function rowOf(running: Running, { name, graphql, rest }: Pair): Promise<string> {
  const ways = new Map([
    ['graphql', graphql],
    ['rest', rest],
  ])
  for (const sent of ways.values()) await load(running, sent, { seconds: 1, minRequests: 600 })
  const turns = await takeTurns(ways, Number(values.rounds), (sent) =>
    load(running, sent, { seconds: Number(values.seconds) }),
  )
  const [before, after] = ['graphql', 'rest'].map((way) => turns.get(way) ?? [])
  const ratio = (of: (cost: Cost) => number) =>
    textOf(spreadOf((after ?? []).map((cost, round) => of(cost) / of(before?.[round] ?? cost))), 2)
  const middle = (costs: readonly Cost[] = []) => spreadOf(costs.map((cost) => cost.gateway)).median.toFixed(0)
  const cells = [name, middle(before), middle(after), ratio((cost) => cost.gateway), ratio((cost) => cost.together)]
  return `| ${cells.join(' | ')} |`
}

async function load(
  running: Running,
  sent: Sent,
  { seconds, minRequests = 0 }: { seconds: number; minRequests?: number },
): Promise<Cost> {
  const { port, processes } = running
  const expected = await askOnce(port, sent)
  if (/^\{"(errors|type)"/.test(expected)) throw new Error(`an unexpected answer: ${expected.slice(0, 200)}`)
  const now = () => processes.map(({ name, child }) => ({ name, spent: cpuSeconds(child.pid ?? 0) }))
  const before = now()
  const isExpected = (body: string): boolean => body.length > 0
  const { requests } = await runLoad({ port, sent, connections, seconds, minRequests, isExpected })
  const spent = now().map(({ name, spent: after }, at) => ({
    name,
    micros: ((after - (before[at]?.spent ?? 0)) / requests) * 1e6,
  }))
  const together = spent.reduce((sum, { micros }) => sum + micros, 0)
  return { gateway: spent.find(({ name }) => name === 'gateway')?.micros ?? Number.NaN, together }
}
