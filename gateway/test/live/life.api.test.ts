import { createClient } from 'graphql-ws'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { freeOf, nothing, seats, socketUrl, wide, withLiveGateway } from './live-gateway.ts'
import { openSse } from './sse-client.ts'

const live = withLiveGateway()

describe('the expiry of a token', () => {
  const soon = async (seconds: number) => await live.pool.token({ exp: Math.floor(Date.now() / 1000) + seconds })

  test('ends its streams with UNAUTHENTICATED', async () => {
    const stream = await live.open('subscription { mine { status } }', { token: await soon(2) })
    expect((await stream.next())?.json).toEqual({ data: { mine: { status: 'HELD' } } })
    expect(await stream.next()).toMatchObject({ json: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })
    expect(await stream.next()).toMatchObject({ name: 'complete' })
    expect(await stream.next()).toBeNull()
    await expect.poll(live.everything).toEqual(nothing)
  })

  test('closes its WebSocket with 4403', async () => {
    const closes: unknown[] = []
    const client = live.dial({
      connectionParams: { authorization: `Bearer ${await soon(2)}` },
      on: { closed: (event) => closes.push((event as { code: number }).code) },
      lazyCloseTimeout: 10_000,
    })
    const mine = client.iterate({ query: 'subscription { mine { status } }' })
    expect((await mine.next()).value).toMatchObject({ data: { mine: { status: 'HELD' } } })
    expect((await mine.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect((await mine.next()).done).toBe(true)
    await expect.poll(() => closes, { timeout: 5_000 }).toEqual([4403])
    await expect.poll(live.everything).toEqual(nothing)
  })
})

describe('when the subgraph', () => {
  test('crashes, the stream reconnects and sends the current state', async () => {
    const stream = await live.open()
    expect(await stream.next()).toEqual(freeOf(10))
    const opened = live.graph.booking.opened()
    live.graph.booking.crash()
    await expect.poll(live.graph.booking.opened).toBe(opened + 1)
    expect(await stream.next()).toEqual(freeOf(10))
    live.graph.free.set(8)
    expect(await stream.next()).toEqual(freeOf(8))
  })

  test('restarts, the stream does the same', async () => {
    const stream = await live.open()
    expect(await stream.next()).toEqual(freeOf(10))
    live.graph.booking.restart()
    expect(await stream.next()).toEqual(freeOf(10))
  })

  test('is down briefly, the changes come in one event', async () => {
    const stream = await live.open()
    expect(await stream.next()).toEqual(freeOf(10))
    await live.graph.booking.setDown(true)
    for (const free of [9, 8, 7]) live.graph.free.set(free)
    const next = stream.next()
    await live.graph.booking.setDown(false)
    expect(await next).toEqual(freeOf(7))
  })

  test('stays down, the stream ends with UNAVAILABLE', async () => {
    const own = await live.another({ streams: { ...wide, resumeMs: 300 } })
    const stream = await openSse(own.url, seats)
    expect(await stream.next()).toEqual(freeOf(10))
    await live.graph.booking.setDown(true)
    const last = await stream.next()
    await live.graph.booking.setDown(false)
    expect(last).toMatchObject({ name: 'next', json: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] } })
    expect(JSON.stringify(last)).not.toMatch(/ECONN|127\.0\.0\.1|booking/)
    expect(await stream.next()).toEqual({ name: 'complete', json: null })
    expect(own.gateway.subscriptionCounts()).toMatchObject({ streams: 0 })
  })

  test('is down at the start, the stream starts when it is back', async () => {
    await live.graph.booking.setDown(true)
    const stream = await live.open()
    const next = stream.next()
    await live.graph.booking.setDown(false)
    expect(await next).toEqual(freeOf(10))
  })
})

describe('draining', () => {
  test('ends streams without `complete`, so that clients reconnect, and accepts no new ones', async () => {
    const own = await live.another({})
    const stream = await openSse(own.url, seats)
    expect(await stream.next()).toEqual(freeOf(10))
    own.gateway.drain()
    expect(await stream.next()).toBeNull()
    await expect.poll(() => [own.gateway.subscriptionCounts().responses, live.graph.free.watchers()]).toEqual([0, 0])
    expect((await openSse(own.url, seats)).status).toBe(503)
  })

  test('closes WebSockets with 1001 after their operations; the official client reconnects elsewhere', async () => {
    const [leaving, other] = [await live.another({}), await live.another({})]
    const urls = [leaving, other].map(socketUrl)
    const closes: number[] = []
    const client = createClient({
      url: () => urls.shift() ?? '',
      webSocketImpl: WebSocket,
      retryWait: async () => undefined,
      on: { closed: (event) => closes.push((event as { code: number }).code) },
    })
    onTestFinished(() => void client.dispose())
    const events = client.iterate({ query: seats })
    expect((await events.next()).value).toEqual({ data: { seats: { free: 10 } } })
    leaving.gateway.drain()
    expect((await events.next()).value).toEqual({ data: { seats: { free: 10 } } })
    expect(closes).toEqual([1001])
    expect([leaving.gateway.subscriptionCounts().sockets, other.gateway.subscriptionCounts().sockets]).toEqual([0, 1])
  })
})

test('a client that disconnects leaves nothing open, nor do a hundred', async () => {
  await expect.poll(live.everything).toEqual(nothing)
  const clients = await Promise.all(Array.from({ length: 100 }, () => openSse(live.gateway.url, seats)))
  await Promise.all(clients.map((client) => client.next()))
  expect(live.everything()).toEqual({ streams: 100, sockets: 0, responses: 100, upstream: 100, watchers: 100 })
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
  const most = timers()
  for (const client of clients) client.close()
  await expect.poll(live.everything).toEqual(nothing)
  expect(timers()).toBeLessThan(most - 90)
})
