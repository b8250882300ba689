import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Pool } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { startSubgraph, type TestSubgraph } from '../subgraphs.ts'
import { createChance } from './chance.ts'
import { type FuzzRequest, fuzzRequest } from './requests.ts'

const count = 10_000
const concurrency = 16
/** The memory that the caches of documents and plans may add. */
const maxGrowthBytes = 60_000_000
const seed = Number(process.env.FUZZ_SEED ?? 1)

const vault = `${common}
type Query { hello(name: String): String! @public things(first: Int): [Thing!]! @public node(id: ID!): Marked @public }
type Mutation { put(input: PutInput!): Thing @public }
type Subscription { changes: Thing @public }
input PutInput { id: ID! json: JSON }
interface Marked { id: ID! }
type Thing implements Marked @key(fields: "id") { id: ID! name: String json: JSON self: Thing! parts: [Thing!]! }`
const depot = `${common} type Query { depots: Int @public } type Thing @key(fields: "id") { id: ID! weight: Int }`
const thing = { __typename: 'Thing', id: '1', name: 'thing', json: { a: [1] } }
/** So that there is something to cache, too. */
const cacheControl = 'max-age=60, public'
const things = { self: () => thing, parts: () => [thing], __resolveReference: () => thing }

let pool: TestPool
let subgraphs: TestSubgraph[]
let gateway: TestGateway
let client: Pool

beforeAll(async () => {
  pool = await startPool()
  const hello = (_: unknown, { name }: { name?: string }) => `hello ${name}`
  const Query = { hello, things: () => [thing], node: () => thing }
  const costs = { listSize: 10, budgets: { anonymous: 1e9, user: 1e9, staff: 1e9 }, isReported: true }
  subgraphs = [
    await startSubgraph('vault', vault, { Query, Mutation: { put: () => thing }, Thing: things, cacheControl }),
    await startSubgraph('depot', depot, { Query: { depots: () => 1 }, Thing: { weight: () => 1 }, cacheControl }),
  ]
  gateway = await startGateway(subgraphs, pool, { introspection: false, costs })
  client = new Pool(gateway.url, { connections: concurrency })
})

afterAll(async () => {
  await client.destroy()
  await gateway.close()
  for (const subgraph of subgraphs) subgraph.close()
  pool.close()
})

/** The number of responses with data: mutations that break every request would prove nothing. */
let answered = 0

const inner =
  /node_modules|\.ts:\d|\bat \S+ \(|stacktrace|127\.0\.0\.1|ECONN|\bvault\b|\bdepot\b|join__|x-user-|RangeError|TypeError/i

/** The defect of a response; null when there is none. */
async function faultOf({ method, path, headers, body }: FuzzRequest): Promise<string | null> {
  const answer = await client.request({ method: method as 'POST', path, headers, body: body ?? null })
  const text = await answer.body.text()
  const sent = `${path} ${headers['x-request-id'] ?? ''} ${body ?? ''}`
  if (text.startsWith('{"data":{') || text.includes('data: {"data":{')) answered++
  if (answer.statusCode >= 500) return `${answer.statusCode} ${text}`
  const found = inner.exec(text)
  if (found && !sent.includes(found[0])) return `says ${found[0]}: ${text.slice(0, 300)}`
  if (Object.keys(answer.headers).some((name) => /powered|server$|plan/.test(name))) return 'a header about the inside'
  return null
}

async function send(requests: readonly FuzzRequest[]): Promise<string[]> {
  const faults: string[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      const fault = await faultOf(request).catch((error: unknown) => `no answer: ${error}`)
      if (fault) faults.push(`${fault} ← ${JSON.stringify({ ...request, body: String(request.body).slice(0, 600) })}`)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return faults
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

test(`${count} requests made to break it: no 5xx, nothing of the inside, and memory stays (FUZZ_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const chance = createChance(seed)
  const requests = Array.from({ length: count }, () => fuzzRequest(chance))
  const half = requests.length / 2
  expect(await send(requests.slice(0, half))).toEqual([])
  const before = heapBytes()
  expect(await send(requests.slice(half))).toEqual([])
  expect(heapBytes() - before).toBeLessThan(maxGrowthBytes)
  expect(answered).toBeGreaterThan(count / 20)
  expect((await gateway.run('{ hello(name: "you") }')).body.data).toEqual({ hello: 'hello you' })
})
