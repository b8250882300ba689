import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { fastForward } from '../test/fast-forward.ts'
import { type ClientOptions, createClient, type Operation, TikituError } from './index.ts'

interface Seats {
  seats: { free: number; version: string } | null
}

const seats: Operation<Seats, { since?: string }> = Object.assign(new String('subscription Seats'), {
  __meta__: { hash: 'sha256:5e' },
})

type Step = (response: ServerResponse) => void

/** A graph that answers each request with the next step, and the last one from then on. */
async function graph(steps: Step[], options: Partial<ClientOptions> = {}) {
  const requests: { headers: IncomingMessage['headers']; body: { variables?: object; query?: string } }[] = []
  let open = 0
  const server = createServer(async (request, response) => {
    open++
    response.once('close', () => open--)
    requests.push({ headers: request.headers, body: JSON.parse(Buffer.concat(await request.toArray()).toString()) })
    const step = steps.length > 1 ? steps.shift() : steps[0]
    step?.(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  return { client: createClient({ url, silenceMs: 3_600_000, ...options }), requests, open: () => open }
}

const dataOf = (free: number) => ({ seats: { free, version: `v${free}` } })
const next = (answer: object) => `event: next\ndata: ${JSON.stringify(answer)}\n\n`
const over = 'event: complete\ndata: \n\n'

/** A stream that says so much, and then ends, breaks or stays. */
function stream(text: string, then: 'end' | 'break' | 'stay' = 'end'): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_1' })
    response.write(`:\n\n${text}`, () => {
      if (then === 'end') response.end()
      if (then === 'break') response.destroy()
    })
  }
}

function refuse(status: number, code: string, headers = {}): Step {
  return (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers })
      .end(JSON.stringify({ errors: [{ message: 'No.', extensions: { code } }] }))
}

async function all(answers: AsyncIterable<{ data: Seats | null }>): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = []
  for await (const { data } of answers) seen.push(data?.seats?.free)
  return seen
}

test('gives the answers one by one, data and errors, until the source is over', async () => {
  const errors = [{ message: 'Down.', path: ['seats', 'name'], extensions: { code: 'UNAVAILABLE' } }]
  const { client, requests } = await graph([
    stream(next({ data: dataOf(2) }) + next({ data: { seats: null }, errors }) + over),
  ])
  const answers = []
  for await (const answer of client.subscribe(seats, { since: 'v1' })) answers.push(answer)
  expect(answers).toEqual([
    { data: dataOf(2), errors: [] },
    { data: { seats: null }, errors },
  ])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toMatchObject({
    headers: { accept: 'text/event-stream' },
    body: { query: 'subscription Seats', variables: { since: 'v1' } },
  })
})

test.each(['end', 'break'] as const)(
  'a connection that comes to an %s is opened anew, from the newest data on, with a new token',
  async (then) => {
    fastForward()
    let token = 0
    const { client, requests } = await graph(
      [stream(next({ data: dataOf(2) }), then), stream(next({ data: dataOf(1) }) + over)],
      { token: () => `t${++token}` },
    )
    const answers = client.subscribe(seats, (last) => (last?.seats ? { since: last.seats.version } : {}))
    expect(await all(answers)).toEqual([2, 1])
    expect(requests.map(({ headers, body }) => [headers.authorization, body.variables])).toEqual([
      ['Bearer t1', {}],
      ['Bearer t2', { since: 'v2' }],
    ])
  },
)

test('a stream on which nothing is heard is opened anew; one with heartbeats is not', async () => {
  const beating: Step = (response) => {
    stream('', 'stay')(response)
    let beats = 0
    const timer = setInterval(() => {
      response.write(++beats < 8 ? ':\n\n' : next({ data: dataOf(1) }) + over)
    }, 30)
    response.once('close', () => clearInterval(timer))
  }
  const { client, requests } = await graph([stream('', 'stay'), beating], { silenceMs: 150 })
  expect(await all(client.subscribe(seats, {}))).toEqual([1])
  expect(requests).toHaveLength(2)
})

test('an ended token is asked for anew at once, and once', async () => {
  const ended = next({ errors: [{ message: 'Ended.', extensions: { code: 'UNAUTHENTICATED' } }] }) + over
  const { client, requests } = await graph([
    refuse(401, 'UNAUTHENTICATED'),
    stream(next({ data: dataOf(3) }) + ended),
    stream(next({ data: dataOf(2) }) + ended),
    refuse(401, 'UNAUTHENTICATED'),
  ])
  const seen: unknown[] = []
  const failure = await (async () => {
    for await (const { data } of client.subscribe(seats, {})) seen.push(data?.seats?.free)
  })().catch((error: unknown) => error)
  expect(seen).toEqual([3, 2])
  expect(failure).toBeInstanceOf(TikituError)
  expect(failure).toMatchObject({ code: 'UNAUTHENTICATED', status: 401, requestId: 'req_1' })
  expect(requests).toHaveLength(4)
})

test('a token is asked for anew with the one that was refused, also after the graph was away', async () => {
  fastForward()
  const { client, requests } = await graph(
    [refuse(503, 'UNAVAILABLE'), refuse(401, 'UNAUTHENTICATED'), stream(next({ data: dataOf(1) }) + over)],
    { token: (refused) => (refused ? `newer than ${refused}` : 'old') },
  )
  expect(await all(client.subscribe(seats, {}))).toEqual([1])
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer old',
    'Bearer old',
    'Bearer newer than old',
  ])
})

test('what is over in a moment is waited for', async () => {
  fastForward()
  const gone = next({ errors: [{ message: 'Down.', extensions: { code: 'UNAVAILABLE' } }] }) + over
  const { client, requests } = await graph([
    refuse(503, 'UNAVAILABLE'),
    stream(gone),
    stream(next({ data: dataOf(1) }) + over),
  ])
  expect(await all(client.subscribe(seats, {}))).toEqual([1])
  expect(requests).toHaveLength(3)
})

test('eleven failures in a row are too many; what came in between counts from the start', async () => {
  fastForward()
  const broken = stream(next({ data: dataOf(1) }), 'break')
  const { client, requests } = await graph([...Array<Step>(12).fill(broken), refuse(503, 'UNAVAILABLE')])
  const seen: unknown[] = []
  const failure = (async () => {
    for await (const { data } of client.subscribe(seats, {})) seen.push(data)
  })()
  await expect(failure).rejects.toMatchObject({ name: 'TikituError', code: 'UNAVAILABLE', status: 503 })
  expect([seen.length, requests.length]).toEqual([12, 12 + 10])
})

test('waits as long as the platform asks to', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, requests } = await graph([
    refuse(429, 'RATE_LIMITED', { 'retry-after': '60' }),
    stream(next({ data: dataOf(1) }) + over),
  ])
  const seen = all(client.subscribe(seats, {}))
  await expect.poll(() => vi.getTimerCount()).toBe(1)
  await expect.poll(() => requests.length).toBe(1)
  await vi.advanceTimersByTimeAsync(60_000)
  await expect(expect.poll(() => requests.length, { timeout: 100 }).toBe(2)).rejects.toThrow()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await seen).toEqual([1])
})

test('a token that was refused is named once, and the newest data stays when an answer has none', async () => {
  fastForward()
  const nothing = next({ data: null, errors: [{ message: 'Down.', extensions: { code: 'UNAVAILABLE' } }] })
  const asked: (string | undefined)[] = []
  const token = (refused?: string) => {
    asked.push(refused)
    return `t${asked.length}`
  }
  const { client, requests } = await graph(
    [refuse(401, 'UNAUTHENTICATED'), stream(next({ data: dataOf(2) }) + nothing, 'break'), stream(over)],
    { token },
  )
  await all(client.subscribe(seats, (last) => (last?.seats ? { since: last.seats.version } : {})))
  expect(asked).toEqual([undefined, 't1', undefined])
  expect(requests.map(({ body }) => body.variables)).toEqual([{}, {}, { since: 'v2' }])
})

test.each([
  [
    'a refusal that stays',
    refuse(400, 'GRAPHQL_VALIDATION_FAILED'),
    { code: 'GRAPHQL_VALIDATION_FAILED', status: 400 },
  ],
  ['a page', ((response) => response.writeHead(404).end('<html>')) as Step, { code: 'INVALID_RESPONSE', status: 404 }],
  [
    'a last word without data',
    stream(next({ errors: [{ message: 'Oh.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }) + over),
    { code: 'INTERNAL_SERVER_ERROR' },
  ],
])('%s is thrown, once', async (_name, step, expected) => {
  const { client, requests } = await graph([step])
  await expect(all(client.subscribe(seats, {}))).rejects.toMatchObject({ name: 'TikituError', ...expected })
  expect(requests).toHaveLength(1)
})

test('break closes the connection, and leaves no timer behind', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { client, open } = await graph([stream(next({ data: dataOf(1) }), 'stay')])
  for await (const _ of client.subscribe(seats, {})) break
  await expect.poll(open).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

test.each(['while it waits for an answer', 'while it waits to come again'])('a signal ends it %s', async (when) => {
  const control = new AbortController()
  const stays = when.endsWith('answer')
  const { client, open, requests } = await graph([
    stays ? stream('', 'stay') : refuse(503, 'UNAVAILABLE', { 'retry-after': '60' }),
  ])
  const seen = all(client.subscribe(seats, {}, { signal: control.signal }))
  await expect.poll(() => requests.length).toBe(1)
  if (!stays) await expect.poll(open).toBe(0)
  control.abort()
  expect(await seen).toEqual([])
  await expect.poll(open).toBe(0)
})

test('sends the id in place of the text, when told to', async () => {
  const { client, requests } = await graph([stream(over)], { byId: true })
  await all(client.subscribe(seats, {}))
  expect(requests[0]?.body).toEqual({ documentId: 'sha256:5e', variables: {} })
})
