import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { type LiveGraph, startLiveGraph } from './live-graph.ts'
import { allOf, openSse } from './sse-client.ts'

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

async function open(...[request, options]: Parameters<typeof openSse> extends [unknown, ...infer R] ? R : never) {
  const client = await openSse(gateway.url, request, options)
  onTestFinished(() => client.close())
  return client
}

test('sends the current state, then each change, with data of other subgraphs', async () => {
  const query =
    'subscription Seats($id: ID!) { seats(performanceId: $id) { free performance { id title } others { title } } }'
  const stream = await open({ query, variables: { id: 'p1' } })
  expect(stream.status).toBe(200)
  expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(stream.headers.get('cache-control')).toBe('no-store')
  expect(stream.headers.get('x-accel-buffering')).toBe('no')
  expect(stream.headers.get('x-request-id')).toMatch(/^req_/)
  expect(stream.headers.get('x-content-type-options')).toBe('nosniff')
  const performance = { id: 'p1', title: 'Play p1' }
  const others = [{ title: 'Play p7' }, { title: 'Play p1' }]
  expect(await stream.next()).toEqual({ name: 'next', json: { data: { seats: { free: 10, performance, others } } } })
  graph.free.set(9)
  expect(await stream.next()).toEqual({ name: 'next', json: { data: { seats: { free: 9, performance, others } } } })
})

test('the official client runs subscriptions, queries and mutations, and gets `complete`', async () => {
  const client = createClient({ url: `${gateway.url}/graphql`, retryAttempts: 0 })
  onTestFinished(() => client.dispose())
  const all = async (query: string) => await allOf(client.iterate({ query }))
  expect(await all('subscription { countTo(last: 3) }')).toEqual([1, 2, 3].map((countTo) => ({ data: { countTo } })))
  expect(await all('{ now venues }')).toEqual([{ data: { now: 'now', venues: ['Hall'] } }])
  expect(await all('mutation { touch }')).toEqual([{ data: { touch: 'touched' } }])
  expect(await all('subscription { countTo(last: 0) }')).toEqual([])
})

test('the official client reconnects when a stream is cut, but not after `complete`', async () => {
  let connects = 0
  const client = createClient({
    url: `${gateway.url}/graphql`,
    retry: async () => undefined,
    on: { connected: () => connects++ },
  })
  onTestFinished(() => client.dispose())
  const seats = client.iterate<{ seats: { free: number } }>({
    query: 'subscription { seats(performanceId: "p1") { free } }',
  })
  expect((await seats.next()).value.data.seats.free).toBe(10)
  gateway.server.closeAllConnections()
  expect((await seats.next()).value.data.seats.free).toBe(10)
  expect(connects).toBe(2)
  await seats.return?.()
})

test('events are fetched as the caller, with language and request id', async () => {
  const query = 'subscription { mine { id status } }'
  const stream = await open(query, {
    token: await pool.token(),
    headers: { 'accept-language': 'id', 'x-request-id': 'mine-0001' },
  })
  expect(await stream.next()).toMatchObject({ json: { data: { mine: { id: 'b1', status: 'HELD' } } } })
  expect(graph.booking.seen.at(-1)).toMatchObject({
    'x-user-groups': 'user',
    'accept-language': 'id',
    'x-request-id': stream.headers.get('x-request-id'),
    'x-client-request-id': 'mine-0001',
    accept: 'text/event-stream',
  })
})

test.each<[string, { query: string; token?: string }, [number, string]]>([
  ['no token', { query: 'subscription { mine { id } }' }, [401, 'UNAUTHENTICATED']],
  ['an invalid token', { token: 'nonsense', query: 'subscription { countTo(last: 1) }' }, [401, 'UNAUTHENTICATED']],
  ['a role that is missing', { token: 'user', query: 'subscription { staff }' }, [403, 'FORBIDDEN']],
  ['invalid GraphQL', { query: 'subscription {' }, [400, 'GRAPHQL_PARSE_FAILED']],
  ['an unknown field', { query: 'subscription { nothing }' }, [400, 'GRAPHQL_VALIDATION_FAILED']],
  ['two root fields', { query: 'subscription { countTo(last: 1) refused }' }, [400, 'GRAPHQL_VALIDATION_FAILED']],
  ['a missing variable', { query: 'subscription ($n: Int!) { countTo(last: $n) }' }, [400, 'BAD_USER_INPUT']],
  [
    'too much depth',
    { query: `subscription { ${'a { '.repeat(20)}b${' }'.repeat(20)} }` },
    [400, 'OPERATION_TOO_LARGE'],
  ],
  [
    'a condition at the root',
    { query: 'subscription ($if: Boolean!) { refused @include(if: $if) }' },
    [400, 'GRAPHQL_VALIDATION_FAILED'],
  ],
  [
    'one in a fragment',
    { query: 'subscription { ...A } fragment A on Subscription { ...A ... @skip(if: false) { refused } }' },
    [400, 'GRAPHQL_VALIDATION_FAILED'],
  ],
])('rejects %s before the stream starts', async (_name, { query, token }, [status, code]) => {
  const before = graph.booking.opened()
  const stream = await open(query, { token: token === 'user' ? await pool.token() : token })
  expect(stream.status).toBe(status)
  expect(stream.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect((await stream.json()).errors[0].extensions.code).toBe(code)
  expect(graph.booking.opened()).toBe(before)
  expect(gateway.gateway.subscriptionCounts()).toMatchObject({ streams: 0 })
})

test('an error of the subgraph is a single event', async () => {
  const stream = await open('subscription { refused }')
  expect(await stream.next()).toMatchObject({
    name: 'next',
    json: { data: { refused: null }, errors: [{ path: ['refused'], extensions: { code: 'NOT_FOUND' } }] },
  })
  expect(await stream.next()).toEqual({ name: 'complete', json: null })
  expect(await stream.next()).toBeNull()
})

test('a forbidden field is null with an error in every event', async () => {
  const query = 'subscription { seats(performanceId: "p1") { free secret performance { inner } } }'
  const stream = await open(query)
  for (const free of [10, 9]) {
    graph.free.set(free)
    const { json } = (await stream.next()) ?? {}
    expect(json.data).toEqual({ seats: { free, secret: null, performance: { inner: null } } })
    expect(
      json.errors.map(({ path, extensions }: { path: string[]; extensions: object }) => ({ path, extensions })),
    ).toEqual([
      { path: ['seats', 'secret'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
      { path: ['seats', 'performance', 'inner'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
    ])
  }
  const staff = await open(query, { token: await pool.token({ 'cognito:groups': ['admin'] }) })
  expect((await staff.next())?.json).toEqual({
    data: { seats: { free: 9, secret: 'hush', performance: { inner: 'inner' } } },
  })
})

test('errors are at their paths and masked', async () => {
  const stream = await open('subscription { s: seats(performanceId: "p1") { f: free all: others { id broken } } }')
  const { json } = (await stream.next()) ?? {}
  expect(json.data).toEqual({
    s: {
      f: 10,
      all: [
        { id: 'p7', broken: null },
        { id: 'p1', broken: null },
      ],
    },
  })
  expect(json.errors.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
    's.all.0.broken',
    's.all.1.broken',
  ])
  expect(json.errors[0]).toMatchObject({
    message: 'Internal server error',
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  })
  expect(JSON.stringify(json)).not.toContain('secret')
  graph.free.set(-1)
  expect((await stream.next())?.json).toMatchObject({
    data: { s: { f: null } },
    errors: expect.arrayContaining([expect.objectContaining({ path: ['s', 'f'] })]),
  })
})

test('supports conditions, defaults, aliases with key names, and prototype names', async () => {
  const query = `subscription ($with: Boolean = true, $since: String) {
    constructor: seats(performanceId: "p1", since: $since) {
      __typename free @skip(if: $with) since @include(if: $with) __proto__: viewer
      performance { id: __typename title ...Part @include(if: $with) }
    }
  }
  fragment Part on Performance { toString: title }`
  const stream = await open({ query, variables: {} })
  const text = JSON.stringify((await stream.next())?.json)
  expect(text).toBe(
    '{"data":{"constructor":{"__typename":"Seats","since":"start","__proto__":"nobody","performance":{"id":"Performance","title":"Play p1","toString":"Play p1"}}}}',
  )
  const other = await open({ query, variables: { with: false, since: 'v7' } })
  expect((await other.next())?.json.data).toEqual({
    constructor: {
      __typename: 'Seats',
      free: 10,
      ['__proto__']: 'nobody',
      performance: { id: 'Performance', title: 'Play p1' },
    },
  })
  expect(graph.booking.asked.at(-1)?.variables).toMatchObject({ since: 'v7' })
})

test('accepts subscriptions and queries by GET, but no mutations', async () => {
  const stream = await open(
    { query: 'subscription ($last: Int!) { countTo(last: $last) }', variables: { last: 1 } },
    { method: 'GET' },
  )
  expect(await stream.next()).toEqual({ name: 'next', json: { data: { countTo: 1 } } })
  expect(await (await open('{ now }', { method: 'GET' })).next()).toEqual({
    name: 'next',
    json: { data: { now: 'now' } },
  })
  const mutation = await open('mutation { touch }', { method: 'GET' })
  expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST'])
})

test('a client that also accepts JSON gets queries as JSON', async () => {
  const headers = { accept: 'application/graphql-response+json, application/json, text/event-stream' }
  const query = await open('{ now }', { headers })
  expect(query.headers.get('content-type')).toContain('json')
  expect(await query.json()).toEqual({ data: { now: 'now' } })
  const stream = await open('subscription { countTo(last: 1) }', { headers })
  expect(stream.headers.get('content-type')).toContain('text/event-stream')
})

test('a subscription without a stream gets an error that says how to subscribe', async () => {
  const { status, body } = await gateway.run('subscription { countTo(last: 1) }')
  expect(status).toBe(400)
  expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_REQUEST' } })
  expect(body.errors?.[0]?.message).toContain('text/event-stream')
  const conditional = await gateway.run('subscription ($if: Boolean!) { refused @include(if: $if) }')
  expect([conditional.status, conditional.body.errors?.[0]?.extensions['code']]).toEqual([
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ])
})

test.each<[string, { body: string; type?: string }]>([
  ['a body that is no JSON', { body: '{' }],
  ['a body that is a list', { body: '[]' }],
  ['another type', { body: '{"query":"{ now }"}', type: 'text/plain' }],
])('%s is a bad request', async (_name, { body, type = 'application/json' }) => {
  const headers = { accept: 'text/event-stream', 'content-type': type }
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
})

test.each([
  ['variables that are a list', { query: 'subscription { countTo(last: 1) }', variables: [] }],
  [
    'a hash of another text',
    { query: 'subscription { countTo(last: 1) }', extensions: { persistedQuery: { version: 1, sha256Hash: 'aa' } } },
  ],
])('%s: a bad request', async (_name, request) => {
  const stream = await open(request)
  expect([stream.status, (await stream.json()).errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST'])
})

test('rejects other origins; accepts allowed ones, its own, and none', async () => {
  const of = async (origin: string) => (await open('subscription { countTo(last: 1) }', { headers: { origin } })).status
  expect(await of('https://evil.example')).toBe(403)
  expect(await of('https://tickets.example')).toBe(200)
  expect(await of(gateway.url)).toBe(200)
})

test('rejects a too long body', async () => {
  const stream = await open(`subscription { countTo(last: 1) } # ${'x'.repeat(100_000)}`)
  expect(stream.status).toBe(413)
})
