import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common} type Query { hello(name: String): String! @public self: Query! @public } type Mutation { act: String! @public }`
const resolvers = {
  Query: { hello: (_: unknown, { name }: { name?: string }) => `hello ${name ?? 'you'}`, self: () => ({}) },
  Mutation: { act: () => 'done' },
}

let pool: TestPool
let subgraph: TestSubgraph
let open: TestGateway
let closed: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  open = await startGateway([subgraph], pool, { explorers: true })
  closed = await startGateway([subgraph], pool, { introspection: false, explorers: false })
})

afterAll(async () => {
  await Promise.all([open.close(), closed.close()])
  subgraph.close()
  pool.close()
})

const json = { 'content-type': 'application/json' }
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
  fetch(`${open.url}/graphql`, { method: 'POST', headers, body })
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code

describe('GraphQL over HTTP', () => {
  test('accepts queries by GET, but no mutations', async () => {
    const get = (query: string) =>
      fetch(`${open.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { 'apollo-require-preflight': '1' } })
    expect(await (await get('{ hello }')).json()).toEqual({ data: { hello: 'hello you' } })
    const refused = await get('mutation { act }')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('rejects requests that other sites could send without preflight', async () => {
    const before = subgraph.seen.length
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await post(JSON.stringify({ query: 'mutation { act }' }), { 'content-type': type })).status).toBe(400)
    }
    expect((await fetch(`${open.url}/graphql?query={hello}`)).status).toBe(400)
    expect(subgraph.seen.length).toBe(before)
  })

  test.each([
    ['invalid JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['an empty body', '', 400, 'BAD_REQUEST'],
    ['no object', '"{ hello }"', 400, 'BAD_REQUEST'],
    ['a batch', '[{"query":"{ hello }"}]', 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['invalid GraphQL', '{"query":"{ hello"}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nope }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown operation', '{"query":"query A { hello }","operationName":"B"}', 400, 'OPERATION_RESOLUTION_FAILURE'],
    [
      'one of two operations, unnamed',
      '{"query":"query A { hello } query B { hello }"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'a variable of another type',
      '{"query":"query($n: String) { hello(name: $n) }","variables":{"n":{}}}',
      400,
      'BAD_USER_INPUT',
    ],
    ['variables that are a list', '{"query":"{ hello }","variables":[1]}', 400, 'BAD_REQUEST'],
  ])('%s is rejected with a code', async (...[, body, status, code]) => {
    const response = await post(body)
    expect([response.status, await codeOf(response)]).toEqual([status, code])
  })

  test('rejects a body over the limit before it ends', async () => {
    const response = await post(JSON.stringify({ query: '{ hello }', variables: { n: 'x'.repeat(200_000) } }))
    expect([response.status, await codeOf(response)]).toEqual([413, 'OPERATION_TOO_LARGE'])
  })

  test('rejects compressed bodies', async () => {
    expect((await post(new Uint8Array([31, 139]), { ...json, 'content-encoding': 'gzip' })).status).toBe(415)
  })

  test('rejects other methods and paths with a GraphQL error', async () => {
    const put = await fetch(`${open.url}/graphql`, { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD'])
    const elsewhere = await fetch(`${open.url}/admin`)
    expect([elsewhere.status, await codeOf(elsewhere)]).toEqual([404, 'NOT_FOUND'])
  })
})

describe('documents over a limit', () => {
  const many = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join(' ')
  test.each([
    ['depth', `{ ${'self { '.repeat(16)} hello ${'}'.repeat(17)}`],
    [
      'height',
      `{ self { ...A } } ${many(9, (i) => `fragment ${'ABCDEFGHI'[i]} on Query { self { ...${'BCDEFGHIJ'[i]} } ... on Query { self { ...${'BCDEFGHIJ'[i]} } } }`)} fragment J on Query { hello }`,
    ],
    ['aliases', `{ self { ${many(11, (i) => `a${i}: __typename`)} } }`],
    ['aliases', `{ self { ${many(12, () => 'hello')} } }`],
    ['rootFields', `{ ${many(3, (i) => `a${i}: hello`)} ${many(3, () => 'hello')} }`],
    ['directives', `{ hello ${many(11, () => '@include(if: true)')} }`],
  ])('%s', async (limit, query) => {
    const before = subgraph.seen.length
    const { status, body } = await open.run(query)
    expect(status).toBe(400)
    expect(body.errors?.map(({ extensions }) => extensions)).toContainEqual({
      code: 'OPERATION_TOO_LARGE',
      limit,
      max: expect.any(Number),
    })
    expect(new Set(body.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['OPERATION_TOO_LARGE']))
    expect(subgraph.seen.length).toBe(before)
  })

  test('recursion', async () => {
    const limits = { tokens: 2_000, depth: 16, height: 500, aliases: 10, rootFields: 5, directives: 10, recursion: 3 }
    const strict = await startGateway([subgraph], pool, { limits })
    onTestFinished(strict.close)
    const nested = (levels: number) => strict.run(`{ ${'self { '.repeat(levels)} hello ${'}'.repeat(levels + 1)}`)
    expect((await nested(3)).status).toBe(200)
    const { status, body } = await nested(4)
    const refusal = { code: 'OPERATION_TOO_LARGE', limit: 'recursion', max: 3 }
    expect([status, body.errors?.map(({ extensions }) => extensions)]).toEqual([400, [refusal]])
  })

  test('tokens', async () => {
    const { status, body } = await open.run(`{ self { ${many(2_000, (i) => `f${i}`)} } }`)
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'OPERATION_TOO_LARGE'])
  })

  test('rejects a document that would take quadratic time to validate', async () => {
    const started = performance.now()
    await open.run(`{ ${many(1_900, () => 'hello')} }`)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('a closed gateway', () => {
  test('has no introspection', async () => {
    const { status, body } = await closed.run('{ __schema { types { name } } }')
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
    expect((await open.run('{ __schema { queryType { name } } }')).body.data.__schema.queryType.name).toBe('Query')
  })

  test('makes no suggestions in errors', async () => {
    expect((await closed.run('{ helo }')).text).not.toMatch(/did you mean|hello/i)
  })

  test('has no explorer', async () => {
    expect((await fetch(`${closed.url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(400)
    expect((await fetch(`${closed.url}/graphiql`)).status).toBe(404)
    expect((await fetch(`${closed.url}/`)).status).toBe(404)
  })
})

test('an open gateway serves Sandbox to browsers, with a policy that allows it', async () => {
  const page = await fetch(`${open.url}/graphql`, { headers: { accept: 'text/html' } })
  const html = await page.text()
  expect(html).toContain('embeddable-sandbox')
  expect(html).not.toContain('Welcome to Apollo Server')
  expect(html).toContain('<a href="/graphiql">GraphiQL</a> works offline.')
  expect(page.headers.get('content-security-policy')).toContain('apollographql.com')
})

describe('headers', () => {
  test('every response has security headers and a request id', async () => {
    for (const path of ['/graphql', '/health/live', '/nowhere']) {
      const { headers } = await fetch(open.url + path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-request-id')).toMatch(/^req_/)
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  test('a client’s request id is logged besides the gateway’s, if it is safe', async () => {
    const idsFor = async (id: string) => {
      const { headers } = await fetch(`${open.url}/health/live`, { headers: { 'x-request-id': id } })
      expect(headers.get('x-request-id')).toMatch(/^req_/)
      expect(headers.get('x-request-id')).not.toBe(id)
      return headers.get('x-client-request-id')
    }
    expect(await idsFor('checkout-42.a')).toBe('checkout-42.a')
    expect(await idsFor('req_01j00000000000000000000000')).toBe('req_01j00000000000000000000000')
    expect(await idsFor('{"level":60}')).toBeNull()
    expect(await idsFor('x'.repeat(129))).toBeNull()
  })

  test('outside production, pages of this machine may read responses, on any port', async () => {
    const gateway = await startGateway([subgraph], pool, { corsLocal: true })
    onTestFinished(gateway.close)
    const allowedFor = async (origin: string) => {
      const method = { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } }
      return (await fetch(`${gateway.url}/graphql`, method)).headers.get('access-control-allow-origin')
    }
    const own = ['http://localhost:5173', 'http://127.0.0.1:8080', 'https://localhost', 'http://[::1]:5173']
    for (const origin of own) expect(await allowedFor(origin)).toBe(origin)
    const others = [
      'http://localhost.evil.example',
      'http://evil.example:5173',
      'http://localhost:1@evil.example',
      'null',
    ]
    for (const origin of others) expect(await allowedFor(origin)).toBeNull()
  })

  test('only pages of listed origins may read responses', async () => {
    const preflight = (origin: string) =>
      fetch(`${open.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      })
    const listed = await preflight('https://tickets.example')
    expect(listed.status).toBe(204)
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://tickets.example')
    expect(listed.headers.get('access-control-allow-headers')).toBe('content-type,authorization')
    expect(listed.headers.get('access-control-allow-credentials')).toBeNull()
    for (const origin of ['https://evil.example', 'https://tickets.example.evil.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull()
      expect(
        (await post('{"query":"{ hello }"}', { ...json, origin })).headers.get('access-control-allow-origin'),
      ).toBeNull()
    }
    const answered = await post('{"query":"{ hello }"}', { ...json, origin: 'https://tickets.example' })
    expect(answered.headers.get('access-control-allow-origin')).toBe('https://tickets.example')
    expect(answered.headers.get('vary')).toMatch(/origin/i)
  })
})

describe('health', () => {
  const read = async (path: string) => {
    const response = await fetch(open.url + path)
    return { status: response.status, body: await response.json() }
  }

  test('reports this process, the platform, and one service', async () => {
    expect(await read('/health/live')).toEqual({ status: 200, body: { service: 'gateway', status: 'ok' } })
    expect(await read('/health/ready')).toEqual({ status: 200, body: { service: 'gateway', status: 'ok' } })
    expect(await read('/api/health')).toEqual({
      status: 200,
      body: { service: 'gateway', status: 'ok', services: [{ service: 'user', status: 'ok' }] },
    })
    expect(await read('/api/v1/user/health')).toEqual({ status: 200, body: { service: 'user', status: 'ok' } })
    expect((await read('/api/v1/nobody/health')).status).toBe(404)
    expect((await read('/api/v1/user/secrets')).status).toBe(404)
  })

  test('a service that is down degrades the platform, but not the gateway', async () => {
    const gone = await startSubgraph('user', sdl, resolvers)
    const gateway = await startGateway([gone], pool)
    gone.close()
    const platform = await fetch(`${gateway.url}/api/health`)
    expect([platform.status, await platform.json()]).toEqual([
      200,
      { service: 'gateway', status: 'degraded', services: [{ service: 'user', status: 'unavailable' }] },
    ])
    expect((await fetch(`${gateway.url}/api/v1/user/health`)).status).toBe(503)
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200)
    await gateway.close()
  })

  test('a draining gateway is not ready, still responds, and closes connections', async () => {
    const gateway = await startGateway([subgraph], pool)
    gateway.gateway.drain()
    const ready = await fetch(`${gateway.url}/health/ready`)
    expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
    expect((await gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello you' })
    await gateway.close()
  })
})

test('a client that disconnects during its body is not an error', async () => {
  const { port } = new URL(open.url)
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query"',
  )
  socket.destroy()
  expect((await open.run('{ hello }')).status).toBe(200)
})
