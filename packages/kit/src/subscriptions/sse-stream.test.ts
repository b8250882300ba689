import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import {
  count,
  counted,
  counter,
  eventsOf,
  open,
  openShop,
  readAll,
  shop,
  useShop,
} from '../testing/graphql/counter-shop.ts'

useShop()

test.each(['unreadable', 'busy'] as const)('breaks off without completing when the source is %s', async (mode) => {
  const response = await open(counted)
  const events = eventsOf(response)
  await events.next()
  counter.mode = mode
  count()
  await expect(events.next()).rejects.toThrow('aborted')
})

test('reads nothing for a reader that takes nothing, and then gives it the newest state', async () => {
  counter.padding = 'x'.repeat(1_000_000)
  const response = await open({ query: 'subscription { counted { value padding } }' })
  // Until the socket is full. From then on nothing is read, however much is counted.
  let changes = 0
  for (let quiet = 0, reads = 0; quiet < 100; quiet = counter.reads === reads ? quiet + 1 : 0) {
    reads = counter.reads
    count()
    changes += 1
    await new Promise(setImmediate)
  }
  const { value } = counter
  let events = 0
  for await (const event of eventsOf(response)) {
    events += 1
    if ((event as { data: { counted: { value: number } } }).data.counted.value === value) break
  }
  expect(events).toBeLessThan(changes / 2)
})

test('lets its source go as soon as the reader is gone', async () => {
  const response = await open(counted)
  await eventsOf(response).next()
  expect(counter.watches.size).toBe(1)
  response.destroy()
  await expect.poll(() => counter.watches.size).toBe(0)
})

test('holds on to nothing for a reader who went away before the stream began', async () => {
  const came = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  counter.gate = {
    pass: async () => {
      came.resolve()
      await opened.promise
    },
  }
  const leaving = new AbortController()
  const response = open(counted, { signal: leaving.signal })
  await came.promise
  const { closed } = shop
  leaving.abort()
  await expect(response).rejects.toThrow('aborted')
  await closed()
  opened.resolve()
  await expect.poll(() => shop.subgraph.live.count()).toBe(0)
  expect(counter.watches.size).toBe(0)
})

test('leaves a sign of life when there was nothing to say for ten seconds', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const chunks = (await open(counted))[Symbol.asyncIterator]()
  const next = async () => String((await chunks.next()).value)
  expect(await next()).toMatch(/^event: next/)
  vi.advanceTimersByTime(9_999)
  count()
  expect(await next()).toMatch(/^event: next/)
  vi.advanceTimersByTime(9_999)
  count()
  expect(await next()).toMatch(/^event: next/)
  vi.advanceTimersByTime(10_000)
  expect(await next()).toBe(':\n\n')
  vi.advanceTimersByTime(10_000)
  expect(await next()).toBe(':\n\n')
})

test('has room for so many streams and no more, and room again when one ends', async () => {
  const small = await openShop(2)
  const both = await Promise.all([open(counted, { at: small }), open(counted, { at: small })])
  const refused = await open(counted, { at: small })
  expect(JSON.parse(await readAll(refused))).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  both[0].destroy()
  await expect.poll(() => small.subgraph.live.count()).toBe(1)
  const next = await open(counted, { at: small })
  expect(next.headers['content-type']).toContain('text/event-stream')
  await small.close()
})

test('ends its streams without completing them when the process stops, waits for no slow reader, and begins no more', async () => {
  const stopping = await openShop()
  const quick = await open(counted, { at: stopping })
  const whole = readAll(quick)
  counter.padding = 'x'.repeat(20_000_000)
  const slow = await open({ query: 'subscription { counted { padding } }' }, { at: stopping })
  await once(slow, 'readable')
  const closed = once(stopping.server, 'close')
  const late = open(counted, { at: stopping })
  stopping.server.close()
  stopping.subgraph.live.end()
  expect(await whole).toMatch(/^event: next\ndata: .*\n\n$/)
  await late.then(readAll, () => undefined)
  const sweep = setInterval(() => stopping.server.closeIdleConnections(), 10)
  await closed
  clearInterval(sweep)
  await expect(readAll(slow)).rejects.toThrow('aborted')
  expect(stopping.subgraph.live.count()).toBe(0)
  await stopping.subgraph.close()
})
