import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { adaSub } from '../pool.ts'
import { freeOf, seats, socketUrl, wide, withLiveGateway } from './live-gateway.ts'
import { openSse } from './sse-client.ts'

const live = withLiveGateway()

test('limits streams per user, per address and in total', async () => {
  const own = await live.another({ streams: { ...wide, total: 4, perUser: 1, perAddress: 3 } })
  const token = await live.pool.token({ sub: adaSub })
  const ask = async (options = {}) => {
    const stream = await openSse(own.url, seats, options)
    onTestFinished(() => stream.close())
    return stream
  }
  const first = await ask({ token })
  const second = await ask({ token })
  expect([second.status, second.headers.get('retry-after')]).toEqual([429, '5'])
  expect((await second.json()).errors[0].extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 5 })
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 429])
  first.close()
  await expect.poll(() => own.gateway.subscriptionCounts().streams).toBe(2)
  expect((await ask({ token })).status).toBe(200)
})

test('responds with 503 over the total limit', async () => {
  const own = await live.another({ streams: { ...wide, total: 1 } })
  const stream = await openSse(own.url, seats)
  const refused = await openSse(own.url, seats)
  expect([refused.status, (await refused.json()).errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE'])
  stream.close()
})

test('counts WebSockets, and rejects their upgrade', async () => {
  const own = await live.another({ streams: { ...wide, perAddress: 1 } })
  const url = socketUrl(own)
  const first = new WebSocket(url, 'graphql-transport-ws')
  await once(first, 'open')
  const [error] = await once(new WebSocket(url, 'graphql-transport-ws'), 'error')
  expect((error as Error).message).toContain('429')
  first.terminate()
  await expect.poll(() => own.gateway.subscriptionCounts().sockets).toBe(0)
  const third = new WebSocket(url, 'graphql-transport-ws')
  await once(third, 'open')
  third.terminate()
})

test('a stream does not occupy a request slot', async () => {
  const own = await live.another({ concurrency: { total: 1, perAddress: 1 } })
  const stream = await openSse(own.url, seats)
  expect(await stream.next()).toEqual(freeOf(10))
  expect((await own.run('{ now }')).body.data).toEqual({ now: 'now' })
  stream.close()
})

test('closes a silent WebSocket', async () => {
  const own = await live.another({ streams: { ...wide, heartbeatMs: 50 } })
  const socket = new WebSocket(socketUrl(own), 'graphql-transport-ws', {
    autoPong: false,
  })
  const [code] = await once(socket, 'close')
  expect(code).toBe(1006)
})

const saysItIsThere = /^(?::\n\n)+event: next\ndata: [^\n]+\n\n(:\n\n){2,}/

test('sends heartbeats on an idle stream', async () => {
  const own = await live.another({ streams: { ...wide, heartbeatMs: 50 } })
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
  const response = await fetch(`${own.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: seats }),
  })
  const text: string[] = []
  for await (const chunk of response.body ?? []) {
    text.push(new TextDecoder().decode(chunk))
    if (saysItIsThere.test(text.join(''))) break
  }
  expect(text.join('')).toMatch(saysItIsThere)
})
