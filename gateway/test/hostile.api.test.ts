import type { IncomingMessage, ServerResponse } from 'node:http'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile, startSubgraph, type TestSubgraph } from './subgraphs.ts'

const secret = 'hunter2-postgres://booking:s3cr3t@10.0.0.7/booking'
const goodSdl = `${common} type Query { events: [Event!]! @public } type Event @key(fields: "id") { id: ID! title: String! }`
const badSdl = `${common} type Query { risky: String @public risk: Int @public }
type Event @key(fields: "id") { id: ID! price: Int } type Mutation { act: String @public }`

let pool: TestPool
let good: TestSubgraph
let bad: TestSubgraph
let gateway: TestGateway
let answer: (request: IncomingMessage, response: ServerResponse) => void
const lines: string[] = []

beforeAll(async () => {
  pool = await startPool()
  const events = [{ id: '1', title: 'Hamlet' }]
  good = await startSubgraph('booking', goodSdl, { Query: { events: () => events } })
  bad = await startHostile('payment', badSdl, (request, response) => answer(request, response))
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk))
      done()
    },
  })
  const log = pino({ level: 'debug' }, sink)
  gateway = await startGateway([good, bad], pool, { timeoutMs: 300, log })
})

beforeEach(() => {
  lines.length = 0
})

afterAll(async () => {
  await gateway.close()
  good.close()
  bad.close()
  pool.close()
})

const json = (status: number, body: unknown) => (_request: IncomingMessage, response: ServerResponse) => {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}
const oops = {
  message: secret,
  extensions: { code: 'INTERNAL_SERVER_ERROR', stacktrace: [`at ${secret} (/srv/app.js:1)`] },
}

const hostile: Record<string, typeof answer> = {
  'a 500 with a stack': json(500, { errors: [oops] }),
  'a 200 with a stack': json(200, { data: null, errors: [oops] }),
  'a stack under a code of the database': json(200, {
    data: { risky: null },
    errors: [{ message: secret, path: ['risky'], extensions: { code: '42P01' } }],
  }),
  'a stack under the code of a socket': json(200, {
    data: null,
    errors: [{ message: secret, extensions: { code: 'ECONNREFUSED' } }],
  }),
  'an error of validation, of the graph inside': json(400, {
    errors: [{ message: secret, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  }),
  'a refusal of our own signature': json(401, {
    errors: [{ message: secret, extensions: { code: 'UNAUTHENTICATED' } }],
  }),
  HTML: (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end(`<pre>${secret}</pre>`),
  'HTML that says it is JSON': json(200, `<pre>${secret}</pre>`),
  garbage: json(200, Buffer.from([0xff, 0xfe, 0x00, 0x9f]).toString('latin1') + secret),
  'a string': json(200, JSON.stringify(secret)),
  'a list': json(200, [secret]),
  'data that is a string': json(200, { data: secret }),
  'errors that are a string': json(200, { data: { risky: null }, errors: secret }),
  'errors without messages': json(200, {
    data: { risky: null },
    errors: [{ extensions: { code: 'NOT_FOUND', secret } }, null, secret],
  }),
  'a path that is no path': json(200, {
    data: null,
    errors: [{ message: secret, path: { secret }, extensions: { code: 'NOT_FOUND' } }],
  }),
  'nothing of GraphQL': json(200, { secret }),
  'an empty body': json(200, ''),
  'half an answer': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
    response.write(`{"data":{"risky":"${secret}`)
    response.socket?.end()
  },
  'an answer that stops in the middle': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write(`{"data":{"risky":"${secret}`)
  },
  'an answer that drips for ever': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 50)
    response.on('close', () => clearInterval(timer))
  },
  'a hundred megabytes': (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const chunk = Buffer.alloc(1_000_000, 'x')
    let left = 100
    const more = (): void => {
      while (left-- > 0) if (!response.write(chunk)) return void response.once('drain', more)
      response.end()
    }
    more()
  },
  'a redirect': (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(secret),
  'a socket closed at once': (request) => request.socket.destroy(),
  'a flood of headers': (_request, response) =>
    void response.writeHead(200, { 'x-flood': 'x'.repeat(100_000) }).end('{}'),
  'never anything': () => undefined,
}

const inside =
  /hunter2|s3cr3t|postgres|10\.0\.0|127\.0\.0\.1|ECONN|UND_ERR|stack|\.js|\.ts|serviceName|payment|DOWNSTREAM/i

describe('a hostile subgraph reveals nothing and affects only its own fields', () => {
  test.each(Object.keys(hostile))('%s', async (name) => {
    answer = hostile[name] as typeof answer
    const { status, text, body, headers } = await gateway.run('{ risky events { id title price } }')
    expect(text).not.toMatch(inside)
    expect([...headers].join()).not.toMatch(inside)
    expect(status).toBe(200)
    expect(body.data).toEqual({ risky: null, events: [{ id: '1', title: 'Hamlet', price: null }] })
    for (const error of body.errors ?? [])
      expect(['INTERNAL_SERVER_ERROR', 'UNAVAILABLE']).toContain(error.extensions.code)
    expect(body.errors?.length).toBeGreaterThan(0)
  })

  test('a value of the wrong type does not reach the client', async () => {
    answer = json(200, { data: { risk: { nested: secret } } })
    const { text, body } = await gateway.run('{ risk }')
    expect(text).not.toMatch(inside)
    expect(body.data).toEqual({ risk: null })
  })

  test('extra fields do not reach the client', async () => {
    answer = json(200, { data: { risky: 'fine', password: secret }, extensions: { secret } })
    expect((await gateway.run('{ risky }')).body).toEqual({ data: { risky: 'fine' } })
  })
})

test('a masked error has the request id of its log entry', async () => {
  answer = json(500, { errors: [oops] })
  const { body, headers } = await gateway.run('{ risky }', { headers: { 'x-request-id': 'looking-for-this' } })
  const requestId = headers.get('x-request-id') ?? ''
  expect(body.errors?.[0]).toMatchObject({ message: 'Internal server error', extensions: { requestId } })
  const told = lines.filter((line) => line.includes(requestId) && line.includes(secret))
  expect(told.map((line) => JSON.parse(line))).toMatchObject([{ requestId, clientRequestId: 'looking-for-this' }])
})

test('an outage is reported as UNAVAILABLE', async () => {
  answer = hostile['a socket closed at once'] as typeof answer
  expect((await gateway.run('{ risky }')).body.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' })
})

test('a public error keeps its code and details, and nothing else', async () => {
  const extensions = { code: 'SEATS_TAKEN', seats: ['A1'], stacktrace: [secret], serviceName: secret }
  answer = json(200, { data: { act: null }, errors: [{ message: 'Choose other seats.', path: ['act'], extensions }] })
  const { body } = await gateway.run('mutation { act }')
  expect(body.errors).toEqual([
    { message: 'Choose other seats.', path: ['act'], extensions: { code: 'SEATS_TAKEN', seats: ['A1'] } },
  ])
})

test('input that the subgraph rejects is a client error', async () => {
  const message = 'Variable "$email" got invalid value "x"'
  answer = json(400, { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] })
  const { body } = await gateway.run('{ risky }')
  expect(body.errors?.[0]).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } })
})
