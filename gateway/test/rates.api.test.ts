import { createLog } from '@tikitu/kit/base/log'
import { createClient } from 'graphql-ws'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { hashOf } from '../src/operations/read-manifest.ts'
import { attemptLimits } from '../src/rates/attempt-limits.ts'
import { createRateStore } from '../src/rates/rate-store.ts'
import { createRates, type RateOptions } from '../src/rates/rates.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
type Query { list(length: Int = 20): [Query!]! @public @listSize(assumedSize: 20) hello: String @public broken: String @public }
type Mutation { signIn(input: Credentials!): String @public forgotPassword(input: Credentials!): String @public
  resendConfirmationCode(input: Credentials!): String @public confirmRegistration(input: Credentials!): String @public
  resetPassword(input: Credentials!): String @public change: String @authenticated }
input Credentials { email: String! password: String }`
const resolvers = {
  Query: {
    list: (_: unknown, { length }: { length: number }) => Array.from({ length }, () => ({})),
    hello: () => 'hello',
    broken: () => {
      throw new Error('broken')
    },
  },
  Mutation: { signIn: () => 'no' },
}

let pool: TestPool
let subgraph: TestSubgraph
const gateways: TestGateway[] = []

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
})

afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close()
})

afterAll(() => {
  subgraph.close()
  pool.close()
})

async function gatewayWith(options: Partial<RateOptions>): Promise<TestGateway> {
  const store = createRateStore({ redisUrl: null, prefix: 'test', log: createLog('rates', 'silent') })
  const costPerMinute = { address: 10_000, user: 10_000 }
  const rates = createRates({ store, costPerMinute, attemptLimits, attemptFactor: 1, readingCost: 0, ...options })
  const gateway = await startGateway([subgraph], pool, { rates, proxies: 1 })
  gateways.push(gateway)
  return gateway
}

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
const signIn = (email: string, alias = 'signIn') => `${alias}: signIn(input: { email: "${email}", password: "x" })`

test('limits an address, not others', async () => {
  const gateway = await gatewayWith({ costPerMinute: { address: 50, user: 10_000 } })
  for (let i = 0; i < 2; i++) expect((await gateway.run('{ list { hello } }', from('1.1.1.1'))).status).toBe(200)
  await gateway.run('{ list { hello } }', from('1.1.1.1'))
  const before = subgraph.seen.length
  const refused = await gateway.run('{ hello }', from('1.1.1.1'))
  expect([refused.status, refused.body.errors?.[0]?.extensions.code]).toEqual([429, 'RATE_LIMITED'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
  expect(subgraph.seen.length).toBe(before)
  expect((await gateway.run('{ hello }', from('2.2.2.2'))).status).toBe(200)
})

test('charges a user for all their addresses', async () => {
  const gateway = await gatewayWith({ costPerMinute: { address: 10_000, user: 45 } })
  const token = await pool.token()
  const ask = (address: string) => gateway.run('{ list { hello } }', { ...from(address), token })
  expect([(await ask('1.1.1.1')).status, (await ask('2.2.2.2')).status]).toEqual([200, 200])
  expect((await ask('3.3.3.3')).status).toBe(429)
})

test('replaces the estimated by the actual cost', async () => {
  const gateway = await gatewayWith({ costPerMinute: { address: 10_000, user: 45 } })
  const statusOf = async (query: string, sub: string) =>
    (await gateway.run(query, { ...from('1.1.1.1'), token: await pool.token({ sub }) })).status
  const [ada, bob, eve] = [1, 2, 3].map((i) => `0190f5a4-0000-7000-8000-00000000002${i}`) as [string, string, string]
  for (let i = 0; i < 20; i++) expect(await statusOf('{ list(length: 0) { hello } }', ada)).toBe(200)
  expect(await statusOf('{ list(length: 60) { hello } }', bob)).toBe(200)
  expect(await statusOf('{ hello }', bob)).toBe(429)
  for (let i = 0; i < 2; i++) expect(await statusOf('{ list(length: 0) { hello } broken }', eve)).toBe(200)
  expect(await statusOf('{ list(length: 0) { hello } }', eve)).toBe(429)
})

test('charges at least one point per response', async () => {
  const gateway = await gatewayWith({ costPerMinute: { address: 10_000, user: 3 } })
  const token = await pool.token()
  for (let i = 0; i < 3; i++) expect((await gateway.run('{ hello }', { token })).status).toBe(200)
  expect((await gateway.run('{ hello }', { token })).status).toBe(429)
})

test('charges requests that are not GraphQL', async () => {
  const gateway = await gatewayWith({ costPerMinute: { address: 3, user: 10_000 } })
  for (let i = 0; i < 3; i++) expect((await gateway.run('{ nope', from('1.1.1.1'))).status).toBe(400)
  expect((await gateway.run('{ nope', from('1.1.1.1'))).status).toBe(429)
})

test('one address has ten attempts on an account in ten minutes, and does not lock out its owner', async () => {
  const gateway = await gatewayWith({})
  const guess = async (email: string, address: string) =>
    (await gateway.run(`mutation { ${signIn(email)} }`, from(address))).status
  for (let i = 0; i < 10; i++) expect(await guess('ada@example.com', '6.6.6.6')).toBe(200)
  for (let i = 0; i < 40; i++) expect(await guess(' ADA@example.com', '6.6.6.6')).toBe(429)
  expect(await guess('ada@example.com', '1.1.1.1')).toBe(200)
  expect(await guess('bob@example.com', '2.2.2.2')).toBe(200)
})

test('an account has a hundred attempts in ten minutes, from all addresses', async () => {
  const gateway = await gatewayWith({ attemptFactor: 0.2 })
  const guess = async (i: number) =>
    (await gateway.run(`mutation { ${signIn('ada@example.com')} }`, from(`1.1.${i >> 1}.1`))).status
  for (let i = 0; i < 20; i++) expect(await guess(i)).toBe(200)
  expect(await guess(20)).toBe(429)
  expect(await guess(90)).toBe(429)
})

test.each([
  ['forgotPassword', 5],
  ['resendConfirmationCode', 5],
  ['confirmRegistration', 10],
  ['resetPassword', 10],
])('a stranger’s attempts on %s do not lock out others', async (field, times) => {
  const gateway = await gatewayWith({})
  const call = async (address: string) =>
    (await gateway.run(`mutation { ${field}(input: { email: "ada@example.com" }) }`, from(address))).status
  for (let i = 0; i < times; i++) expect(await call('6.6.6.6')).toBe(200)
  for (let i = 0; i < 10; i++) expect(await call('6.6.6.6')).toBe(429)
  expect(await call('1.1.1.1')).toBe(200)
})

test('one address has sixty attempts, for all accounts', async () => {
  const gateway = await gatewayWith({})
  const guess = (i: number) => gateway.run(`mutation { ${signIn(`u${i}@example.com`)} }`, from('1.1.1.1'))
  for (let i = 0; i < 60; i++) expect((await guess(i)).status).toBe(200)
  expect((await guess(60)).status).toBe(429)
  expect((await gateway.run('{ hello }', from('1.1.1.1'))).status).toBe(200)
})

test('counts each alias as an attempt, also in fragments, and executes nothing beyond the limit', async () => {
  const gateway = await gatewayWith({})
  const aliases = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => signIn('ada@example.com', `a${from + i}`)).join(' ')
  const wide = 'mutation { ...F ... on Mutation { ...G } } fragment F on Mutation'
  const { status } = await gateway.run(`${wide} { ${aliases(0, 3)} } fragment G on Mutation { ${aliases(3, 5)} }`)
  expect(status).toBe(200)
  const second = await gateway.run(`mutation { ${aliases(0, 5)} }`)
  expect(second.status).toBe(200)
  const before = subgraph.seen.length
  expect((await gateway.run(`mutation { ${aliases(0, 5)} }`)).status).toBe(429)
  expect(subgraph.seen.length).toBe(before)
})

test('counts attempts with literals, variables and defaults', async () => {
  const gateway = await gatewayWith({ attemptFactor: 0.2 })
  const input = { email: 'ada@example.com' }
  const named = 'mutation ($input: Credentials!) { signIn(input: $input) }'
  expect((await gateway.run(named, { variables: { input } })).status).toBe(200)
  const parted = 'mutation ($email: String! = "Ada@example.com") { signIn(input: { email: $email }) }'
  expect((await gateway.run(parted)).status).toBe(200)
  expect((await gateway.run(`mutation { ${signIn('ada@example.com')} }`)).status).toBe(429)
})

describe('an unknown text', () => {
  const costs = { readingCost: 100, costPerMinute: { address: 1_050, user: 10_000 } }
  const headers = { ...from('1.1.1.1').headers, 'content-type': 'application/json' }
  const post = (url: string, body: object, accept = '*/*') =>
    fetch(`${url}/graphql`, { method: 'POST', headers: { ...headers, accept }, body: JSON.stringify(body) })
  const persisted = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } })
  const ways: [string, (url: string, text: string) => Promise<Response>][] = [
    ['posted', (url, query) => post(url, { query })],
    ['registered by POST', (url, query) => post(url, { query, extensions: persisted(query) })],
    [
      'in an address',
      (url, query) =>
        fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, { headers: { ...headers, accept: '*/*' } }),
    ],
    ['asked for as a stream', (url, query) => post(url, { query }, 'text/event-stream')],
    [
      'asked for as a stream in an address',
      (url, query) =>
        fetch(`${url}/graphql?query=${encodeURIComponent(query)}`, {
          headers: { ...headers, accept: 'text/event-stream' },
        }),
    ],
  ]

  test.each(ways)('is charged when it is %s, unlike a known one', async (_name, ask) => {
    const { url } = await gatewayWith(costs)
    for (let i = 0; i < 300; i++) expect((await ask(url, '{ hello }')).status).toBe(200)
    const statuses = []
    for (let i = 0; i < 9; i++) statuses.push((await ask(url, `{ a${i}: hello }`)).status)
    expect(statuses.lastIndexOf(200)).toBeOneOf([4, 5])
    expect(statuses.indexOf(429)).toBe(statuses.lastIndexOf(200) + 1)
  })

  test('is charged to signed-in callers too, and by its length', async () => {
    const gateway = await gatewayWith({ readingCost: 100, costPerMinute: { address: 10_000, user: 1_250 } })
    const token = await pool.token()
    const long = (i: number) => `{ a${i}: hello }${' '.repeat(4_000)}`
    for (let i = 0; i < 4; i++) expect((await gateway.run(long(i), { token })).status).toBe(200)
    expect((await gateway.run('{ hello }', { token })).status).toBe(429)
    expect((await gateway.run('{ hello }')).status).toBe(200)
  })

  test('is charged each time when it is invalid', async () => {
    const gateway = await gatewayWith(costs)
    const statuses = []
    for (let i = 0; i < 13; i++) statuses.push((await gateway.run('{ nothing }', from('1.1.1.1'))).status)
    expect(statuses).toEqual([...Array(11).fill(400), 429, 429])
  })

  test('is charged on a WebSocket', async () => {
    const gateway = await gatewayWith(costs)
    const client = createClient({ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
    onTestFinished(() => void client.dispose())
    const ask = async (query: string) => {
      for await (const answer of client.iterate({ query })) return answer.data
      return null
    }
    for (let i = 0; i < 50; i++) expect(await ask('{ hello }')).toEqual({ hello: 'hello' })
    for (let i = 0; i < 8; i++) expect(await ask(`{ a${i}: hello }`)).toEqual({ [`a${i}`]: 'hello' })
    await expect(ask('{ b: hello }')).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
  })

  test('is charged again for each of its operations that has to be planned', async () => {
    const gateway = await gatewayWith(costs)
    const query = Array.from({ length: 40 }, (_, i) => `query A${i} { a${i}: hello }`).join(' ')
    const statuses = []
    for (let i = 0; i < 15; i++) {
      const body = JSON.stringify({ query, operationName: `A${i}` })
      statuses.push((await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).status)
    }
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(12)
  })
})

test('rejects an invalid token or an exceeded limit before parsing', async () => {
  const lines: string[] = []
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    warn: (_: unknown, message: string) => void lines.push(message),
  })
  const store = createRateStore({ redisUrl: null, prefix: 'test', log })
  const rates = createRates({
    store,
    costPerMinute: { address: 3, user: 10_000 },
    attemptLimits,
    attemptFactor: 1,
    readingCost: 1,
  })
  const gateway = await startGateway([subgraph], pool, {
    rates,
    proxies: 1,
    log,
    persisted: { mode: 'log', file: null, isRequired: false },
  })
  gateways.push(gateway)
  const stream = { accept: 'text/event-stream' }
  for (const headers of [{}, stream]) {
    const { status } = await gateway.run('{ bad: hello }', {
      token: 'x',
      headers: { ...from('1.1.1.1').headers, ...headers },
    })
    expect(status).toBe(401)
  }
  expect(lines).toEqual([])
  expect((await gateway.run('{ good: hello }', from('2.2.2.2'))).status).toBe(200)
  expect(lines).toHaveLength(1)
  await gateway.run('{ good: hello }', from('2.2.2.2'))
  for (const headers of [{}, stream]) {
    const { status } = await gateway.run('{ spent: hello }', { headers: { ...from('2.2.2.2').headers, ...headers } })
    expect(status).toBe(429)
  }
  expect(lines).toHaveLength(1)
})

test('warns once about x-forwarded-for without trusted proxies', async () => {
  const lines: string[] = []
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    warn: (_: unknown, message: string) => void lines.push(message),
  })
  const behind = await startGateway([subgraph], pool, { proxies: 1, log })
  const open = await startGateway([subgraph], pool, { proxies: 0, log })
  gateways.push(behind, open)
  await open.run('{ hello }')
  await behind.run('{ hello }', from('1.1.1.1'))
  expect(lines).toEqual([])
  for (let i = 0; i < 3; i++) await open.run('{ hello }', from('1.1.1.1'))
  expect(lines).toEqual([expect.stringContaining('GATEWAY_TRUSTED_PROXIES')])
})
