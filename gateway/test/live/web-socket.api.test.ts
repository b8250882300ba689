import { once } from 'node:events'
import { createClient as createSdk } from '@tikitu/client'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { type LiveGraph, startLiveGraph } from './live-graph.ts'
import { allOf } from './sse-client.ts'

let pool: TestPool
let graph: LiveGraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  graph = await startLiveGraph()
  gateway = await startGateway([graph.booking, graph.partner], pool)
})

afterAll(async () => {
  await gateway.close()
  graph.close()
  pool.close()
})

beforeEach(() => graph.free.set(10))

const address = () => `${gateway.url.replace('http', 'ws')}/graphql`

function connect(options: Partial<Parameters<typeof createClient>[0]> = {}) {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, retryAttempts: 0, ...options })
  onTestFinished(() => void client.dispose())
  return client
}

/** A WebSocket without a client library. */
async function dial(options: { origin?: string; protocol?: string; path?: string } = {}) {
  const { origin, protocol = 'graphql-transport-ws', path = '' } = options
  const socket = new WebSocket(`${address()}${path}`, protocol, { origin })
  onTestFinished(() => socket.terminate())
  const messages: { id?: string; type: string; payload?: never }[] = []
  socket.on('message', (data) => messages.push(JSON.parse(data.toString())))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const say = (message: object | string): void =>
    socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  await once(socket, 'open')
  return { socket, say, messages, closed }
}

/** A WebSocket after connection_ack. */
async function dialIn() {
  const line = await dial()
  line.say({ type: 'connection_init' })
  await expect.poll(() => line.messages).toEqual([{ type: 'connection_ack' }])
  return line
}

test('the official client runs subscriptions, queries and mutations on one connection', async () => {
  const client = connect()
  const all = async (query: string, variables = {}) => await allOf(client.iterate({ query, variables }))
  const [stream, query, mutation] = await Promise.all([
    all('subscription ($last: Int!) { countTo(last: $last) }', { last: 3 }),
    all('{ now venues }'),
    all('mutation { touch }'),
  ])
  expect(stream).toEqual([1, 2, 3].map((countTo) => ({ data: { countTo } })))
  expect(query).toEqual([{ data: { now: 'now', venues: ['Hall'] } }])
  expect(mutation).toEqual([{ data: { touch: 'touched' } }])
})

test('sends events until the client completes, then closes the stream to the subgraph', async () => {
  const seats = connect().iterate<{ seats: object }>({
    query: 'subscription { seats(performanceId: "p1") { free performance { title } } }',
  })
  expect((await seats.next()).value).toEqual({ data: { seats: { free: 10, performance: { title: 'Play p1' } } } })
  graph.free.set(9)
  expect((await seats.next()).value).toEqual({ data: { seats: { free: 9, performance: { title: 'Play p1' } } } })
  await seats.return?.()
  await expect.poll(() => [graph.free.watchers(), graph.booking.open()]).toEqual([0, 0])
  expect(gateway.gateway.subscriptionCounts().streams).toBe(0)
})

test('the token in the payload applies to all operations', async () => {
  const client = connect({ connectionParams: async () => ({ authorization: `Bearer ${await pool.token()}` }) })
  const mine = client.iterate({ query: 'subscription { mine { status } }' })
  expect((await mine.next()).value).toEqual({ data: { mine: { status: 'HELD' } } })
  const refused = connect().iterate({ query: 'subscription { mine { status } }' })
  await expect(refused.next()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

test('the SDK reconnects with a new token when the first expires', async () => {
  const asked: (string | undefined)[] = []
  const given: string[] = []
  const token = async (refused?: string) => {
    asked.push(refused)
    const endsInSeconds = given.length === 0 ? 2 : 3_600
    given.push(await pool.token({ exp: Math.floor(Date.now() / 1_000) + endsInSeconds }))
    return given.at(-1)
  }
  const sdk = createSdk({ url: `${gateway.url}/graphql`, token, transport: 'websocket' })
  const states: unknown[] = []
  for await (const { data } of sdk.subscribe<{ mine: { status: string } }>('subscription { mine { status } }', {})) {
    states.push(data?.mine.status)
    if (states.length === 2) break
  }
  expect(states).toEqual(['HELD', 'HELD'])
  expect(asked).toEqual([undefined, given[0]])
  await expect.poll(() => gateway.gateway.subscriptionCounts()).toMatchObject({ streams: 0, sockets: 0 })
})

test.each([
  ['a document that is not valid', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a query that is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a role that is missing', 'subscription { staff }', 'UNAUTHENTICATED'],
])('%s is an error, and the connection stays open', async (_name, query, code) => {
  const line = await dialIn()
  line.say({ id: '1', type: 'subscribe', payload: { query } })
  await expect
    .poll(() => line.messages[1])
    .toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code } }] })
  line.say({ id: '1', type: 'subscribe', payload: { query: '{ now }' } })
  await expect
    .poll(() => line.messages.slice(2))
    .toEqual([
      { id: '1', type: 'next', payload: { data: { now: 'now' } } },
      { id: '1', type: 'complete' },
    ])
})

test('responds to a ping with its payload', async () => {
  const line = await dialIn()
  line.say({ type: 'ping', payload: { n: 1 } })
  await expect.poll(() => line.messages[1]).toEqual({ type: 'pong', payload: { n: 1 } })
})

test('rejects an invalid token with 4403', async () => {
  const line = await dial()
  line.say({ type: 'connection_init', payload: { authorization: 'Bearer nonsense' } })
  expect(await line.closed).toBe(4403)
})

const subscribe = {
  id: '1',
  type: 'subscribe',
  payload: { query: 'subscription { seats(performanceId: "1") { free } }' },
}

test.each<[string, number, (object | string)[]]>([
  ['an operation before connection_init', 4401, [subscribe]],
  ['a second connection_init', 4429, [{ type: 'connection_init' }, { type: 'connection_init' }]],
  ['two operations with one id', 4409, [{ type: 'connection_init' }, subscribe, subscribe]],
  ['invalid JSON', 4400, ['nonsense']],
  ['an unknown message', 4400, [{ type: 'hello' }]],
  ['an operation without text', 4400, [{ type: 'connection_init' }, { ...subscribe, payload: {} }]],
  ['a server’s message', 4400, [{ type: 'connection_init' }, { type: 'next', id: '1', payload: {} }]],
  ['a message that is too long', 1009, [{ ...subscribe, payload: { query: 'x'.repeat(100_001) } }]],
])('%s closes the connection: %i', async (_name, code, messages) => {
  const line = await dial()
  for (const message of messages) {
    line.say(message)
    if ((message as { type?: string }).type === 'connection_init' && message === messages[0])
      await expect.poll(() => line.messages.length).toBe(1)
  }
  expect(await line.closed).toBe(code)
  await expect.poll(() => gateway.gateway.subscriptionCounts()).toMatchObject({ streams: 0, sockets: 0 })
})

test('rejects another subprotocol', async () => {
  const socket = new WebSocket(address())
  const [code] = await once(socket, 'close')
  expect(code).toBe(4406)
})

test.each([
  ['a page of another origin', { origin: 'https://evil.example' }, 403],
  ['another path', { path: '/elsewhere' }, 404],
])('rejects %s', async (_name, options, status) => {
  await expect(dial(options)).rejects.toThrow(`Unexpected server response: ${status}`)
})

test('accepts an allowed origin', async () => {
  const line = await dial({ origin: 'https://tickets.example' })
  expect(line.socket.readyState).toBe(WebSocket.OPEN)
})

test('sends nothing for completed operations', async () => {
  const line = await dialIn()
  line.say(subscribe)
  await expect.poll(() => line.messages.length).toBe(2)
  line.say({ id: '1', type: 'complete' })
  await expect.poll(() => graph.free.watchers()).toBe(0)
  graph.free.set(3)
  line.say({ id: '2', type: 'subscribe', payload: { query: '{ now }' } })
  await expect
    .poll(() => line.messages.map(({ id, type }) => `${id} ${type}`).slice(1))
    .toEqual(['1 next', '2 next', '2 complete'])
})

test('a closed connection ends its streams', async () => {
  const line = await dialIn()
  line.say(subscribe)
  await expect.poll(() => line.messages.length).toBe(2)
  line.socket.terminate()
  await expect.poll(() => [graph.free.watchers(), gateway.gateway.subscriptionCounts().streams]).toEqual([0, 0])
})
