import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { fastForward } from '../test/fast-forward.ts'
import { type ClientOptions, createClient, type Operation } from './index.ts'

interface Seats {
  seats: { free: number; version: string } | null
}

const seats: Operation<Seats, { since?: string }> = Object.assign(new String('subscription Seats'), {
  __meta__: { hash: 'sha256:5e' },
})

interface Said {
  id: string
  type: string
  payload: { authorization?: string; query: string; documentId?: string; variables?: object }
}

type Step = (socket: WebSocket, id: string) => void

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A gateway that meets each subscription with the next step, and the last one from then on. */
async function gateway(steps: Step[], options: Partial<ClientOptions> = {}) {
  const greetings: Said['payload'][] = []
  const subscriptions: Said['payload'][] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: true })
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, type, payload } = JSON.parse(data.toString()) as Said
      if (type === 'connection_init') {
        greetings.push(payload)
        socket.send('{"type":"connection_ack"}')
      }
      if (type === 'subscribe') {
        subscriptions.push(payload)
        const step = steps.length > 1 ? steps.shift() : steps[0]
        step?.(socket, id)
      }
    })
  })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  const client = createClient({ url, transport: 'websocket', silenceMs: 3_600_000, ...options })
  return { client, url, greetings, subscriptions, open: () => server.clients.size }
}

const dataOf = (free: number) => ({ seats: { free, version: `v${free}` } })
const say = (socket: WebSocket, message: object): void => socket.send(JSON.stringify(message))

/** Says so much, and stays. */
const tell =
  (...frees: number[]): Step =>
  (socket, id) => {
    for (const free of frees) say(socket, { id, type: 'next', payload: { data: dataOf(free) } })
  }

/** Says so much, and that this was all. */
const finish =
  (...frees: number[]): Step =>
  (socket, id) => {
    tell(...frees)(socket, id)
    say(socket, { id, type: 'complete' })
  }

const close =
  (code: number, ...frees: number[]): Step =>
  (socket, id) => {
    tell(...frees)(socket, id)
    socket.close(code)
  }

const refuse =
  (code: string): Step =>
  (socket, id) =>
    say(socket, { id, type: 'error', payload: [{ message: 'No.', extensions: { code } }] })

async function all(answers: AsyncIterable<{ data: Seats | null }>): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = []
  for await (const { data } of answers) seen.push(data?.seats?.free)
  return seen
}

test('gives the answers one by one until the source is over, and closes the connection', async () => {
  const { client, open, subscriptions, greetings } = await gateway([finish(2, 1)])
  expect(await all(client.subscribe(seats, { since: 'v3' }))).toEqual([2, 1])
  expect(subscriptions).toEqual([{ query: 'subscription Seats', variables: { since: 'v3' } }])
  expect(greetings).toEqual([undefined])
  await expect.poll(open).toBe(0)
})

test('those with one token share a connection, those with another have another', async () => {
  let token = 'ada'
  const { client, greetings } = await gateway([tell(1)], { token: () => token })
  const first = client.subscribe(seats, {})[Symbol.asyncIterator]()
  const second = client.subscribe(seats, {})[Symbol.asyncIterator]()
  await first.next()
  await second.next()
  token = 'bob'
  const third = client.subscribe(seats, {})[Symbol.asyncIterator]()
  await third.next()
  expect(greetings).toEqual([{ authorization: 'Bearer ada' }, { authorization: 'Bearer bob' }])
  await Promise.all([first.return?.(), second.return?.(), third.return?.()])
})

test.each([1001, 1006, 1012, 1013])(
  'a connection that is closed as %i is opened anew, from the newest data on',
  async (code) => {
    fastForward()
    const lost: Step =
      code === 1006 ? (socket, id) => socket.send(nextOf(id, 2), () => socket.terminate()) : close(code, 2)
    const { client, subscriptions } = await gateway([lost, finish(1)])
    const answers = client.subscribe(seats, (last) => (last?.seats ? { since: last.seats.version } : {}))
    expect(await all(answers)).toEqual([2, 1])
    expect(subscriptions.map(({ variables }) => variables)).toEqual([{}, { since: 'v2' }])
  },
)

const nextOf = (id: string, free: number) => JSON.stringify({ id, type: 'next', payload: { data: dataOf(free) } })

test('a token that ended is asked for anew at once, and once', async () => {
  const asked: (string | undefined)[] = []
  const token = (refused?: string) => {
    asked.push(refused)
    return `t${asked.length}`
  }
  const { client, greetings } = await gateway([close(4403, 2), finish(1), close(4403)], { token })
  expect(await all(client.subscribe(seats, {}))).toEqual([2, 1])
  expect(asked).toEqual([undefined, 't1'])
  expect(greetings).toEqual([{ authorization: 'Bearer t1' }, { authorization: 'Bearer t2' }])
  const failure = all(client.subscribe(seats, {}))
  await expect(failure).rejects.toMatchObject({ name: 'TikituError', code: 'UNAUTHENTICATED', status: 401 })
  expect(asked).toEqual([undefined, 't1', undefined, 't3'])
})

test.each([
  ['a refusal', refuse('GRAPHQL_VALIDATION_FAILED'), 'GRAPHQL_VALIDATION_FAILED'],
  ['a message that the gateway does not understand', close(4400), 'INVALID_REQUEST'],
])('%s is thrown, once', async (_name, step, code) => {
  const { client, subscriptions } = await gateway([step])
  await expect(all(client.subscribe(seats, {}))).rejects.toMatchObject({ name: 'TikituError', code })
  expect(subscriptions).toHaveLength(1)
})

test('what is over in a moment is waited for', async () => {
  fastForward()
  const gone: Step = (socket, id) =>
    say(socket, { id, type: 'next', payload: { errors: [{ message: 'Down.', extensions: { code: 'UNAVAILABLE' } }] } })
  const { client } = await gateway([refuse('RATE_LIMITED'), gone, finish(1)])
  expect(await all(client.subscribe(seats, {}))).toEqual([1])
})

test('a connection on which nothing is heard is opened anew; one that answers pings is not', async () => {
  let isDeaf = true
  const beating: Step = (socket, id) => {
    socket.on('message', (data) => {
      if (JSON.parse(data.toString()).type === 'ping') say(socket, { type: 'pong' })
    })
    setTimeout(() => finish(1)(socket, id), 400)
  }
  const { client, subscriptions } = await gateway(
    [
      (socket, id) => {
        if (!isDeaf) beating(socket, id)
        isDeaf = false
      },
    ],
    { silenceMs: 150 },
  )
  expect(await all(client.subscribe(seats, {}))).toEqual([1])
  expect(subscriptions).toHaveLength(2)
})

test.each(['break', 'a signal'])('%s ends it, and closes the connection', async (how) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const control = new AbortController()
  const { client, open } = await gateway([tell(1)])
  const seen: unknown[] = []
  for await (const { data } of client.subscribe(seats, {}, { signal: control.signal })) {
    seen.push(data)
    if (how === 'break') break
    setImmediate(() => control.abort())
  }
  expect(seen).toHaveLength(1)
  await expect.poll(open).toBe(0)
  await expect.poll(() => vi.getTimerCount()).toBe(0)
})

test('sends the id in place of the text, when told to', async () => {
  const { client, subscriptions } = await gateway([finish()], { byId: true })
  await all(client.subscribe(seats, {}))
  expect(subscriptions).toEqual([{ query: '', documentId: 'sha256:5e', variables: {} }])
})

test('is chosen where `fetch` gives whole answers only, as in React Native', async () => {
  const { url } = await gateway([finish(1)])
  const { body: _body, ...rest } = Object.getOwnPropertyDescriptors(Response.prototype)
  vi.stubGlobal(
    'Response',
    Object.assign(() => undefined, { prototype: Object.create(null, rest) }),
  )
  expect(await all(createClient({ url }).subscribe(seats, {}))).toEqual([1])
})

test('is chosen when the answer of a `fetch` cannot be read as a stream', async () => {
  const { url } = await gateway([finish(1)])
  const whole: typeof fetch = async () => {
    const response = new Response('', { headers: { 'content-type': 'text/event-stream' } })
    return Object.defineProperty(response, 'body', { value: undefined })
  }
  expect(await all(createClient({ url, fetch: whole }).subscribe(seats, {}))).toEqual([1])
  const failure = all(createClient({ url, fetch: whole, transport: 'sse' }).subscribe(seats, {}))
  await expect(failure).rejects.toMatchObject({ name: 'TikituError', code: 'UNSUPPORTED' })
})

test('a runtime without any transport says what to pass', async () => {
  const { url } = await gateway([finish(1)])
  vi.stubGlobal('WebSocket', undefined)
  const failure = all(createClient({ url, transport: 'websocket' }).subscribe(seats, {}))
  await expect(failure).rejects.toMatchObject({ code: 'UNSUPPORTED', message: expect.stringContaining('`webSocket`') })
})

test('a path is meant from the page', async () => {
  const { url } = await gateway([finish(1)])
  vi.stubGlobal('location', { origin: new URL(url).origin })
  expect(await all(createClient({ url: '/graphql', transport: 'websocket' }).subscribe(seats, {}))).toEqual([1])
})
