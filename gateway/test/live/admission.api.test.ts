import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@tikitu/kit/base/log'
import { GraphQLError } from 'graphql'
import { expect, onTestFinished, test } from 'vitest'
import { hashOf } from '../../src/operations/read-manifest.ts'
import { attemptLimits } from '../../src/rates/attempt-limits.ts'
import { createRateStore } from '../../src/rates/rate-store.ts'
import { createRates } from '../../src/rates/rates.ts'
import { freeOf, seats, socketUrl, withLiveGateway } from './live-gateway.ts'
import { openSse } from './sse-client.ts'

const live = withLiveGateway()

function ratesOf(costPerMinute: { address: number; user: number }) {
  const store = createRateStore({ redisUrl: null, prefix: 'live', log: createLog('rates', 'silent') })
  return createRates({ store, costPerMinute, attemptLimits, attemptFactor: 1, readingCost: 0 })
}

test('reports the cost once, and rejects operations over the limit', async () => {
  const budgets = { anonymous: 100, user: 100, staff: 100 }
  const own = await live.another({ costs: { listSize: 10, budgets, isReported: true } })
  const stream = await openSse(own.url, 'subscription { seats(performanceId: "p1") { free others { title } } }')
  expect((await stream.next())?.json.extensions.cost).toEqual({ estimated: 11, max: 100, actual: 3 })
  live.graph.free.set(9)
  expect((await stream.next())?.json.extensions).toBeUndefined()
  stream.close()
  const dear = await openSse(own.url, `subscription { seats(performanceId: "p1") { ${others(10)} } }`)
  expect([dear.status, (await dear.json()).errors[0].extensions.code]).toEqual([400, 'OPERATION_TOO_EXPENSIVE'])
})

const others = (times: number) => Array.from({ length: times }, (_, index) => `a${index}: others { id }`).join(' ')

test('charges a stream at its start', async () => {
  const own = await live.another({ rates: ratesOf({ address: 2, user: 1_000 }) })
  const status = async () => {
    const stream = await openSse(own.url, seats)
    stream.close()
    return stream.status
  }
  expect([await status(), await status(), await status(), await status()]).toContain(429)
})

test('charges each event, and delays events over the limit', async () => {
  const rates = ratesOf({ address: 1_000_000, user: 1_000_000 })
  const paid: number[] = []
  let isPoor = false
  const own = await live.another({
    rates: {
      ...rates,
      chargeOperation: async (operation, variables, charge) => {
        paid.push(charge.cost)
        if (isPoor) throw new GraphQLError('Wait.', { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 0.02 } })
        await rates.chargeOperation(operation, variables, charge)
      },
    },
  })
  const stream = await openSse(own.url, 'subscription { seats(performanceId: "p1") { free performance { title } } }')
  onTestFinished(() => stream.close())
  expect((await stream.next())?.json.data.seats.free).toBe(10)
  live.graph.free.set(9)
  expect((await stream.next())?.json.data.seats.free).toBe(9)
  expect(paid).toEqual([2, 2])
  isPoor = true
  const read = live.graph.free.reads()
  const next = stream.next()
  for (const free of [8, 7, 6]) live.graph.free.set(free)
  await expect.poll(() => paid.length).toBeGreaterThan(4)
  expect(live.graph.free.reads() - read).toBe(1)
  isPoor = false
  expect((await next)?.json.data.seats.free).toBe(6)
  isPoor = true
  live.graph.free.set(5)
  stream.close()
  await expect.poll(() => own.gateway.subscriptionCounts().streams).toBe(0)
})

test('charges one point for an event without further fetches', async () => {
  const paid: number[] = []
  const rates = ratesOf({ address: 1_000, user: 1_000 })
  const chargeOperation: typeof rates.chargeOperation = async (_operation, _variables, { cost }) => void paid.push(cost)
  const settle: typeof rates.settle = ({ actualCost = 0 }, charged) => void paid.push(actualCost - charged)
  const own = await live.another({ rates: { ...rates, chargeOperation, settle } })
  const stream = await openSse(own.url, 'subscription { seats(performanceId: "p1") { free performance { id } } }')
  await stream.next()
  live.graph.free.set(9)
  await stream.next()
  stream.close()
  expect(paid).toEqual([2, 0, 1])
})

test('accepts only persisted subscriptions when only persisted operations are accepted', async () => {
  const known = 'subscription Seats { seats(performanceId: "p1") { free } }'
  const own = await live.another({ persisted: { mode: 'enforce', ...manifestOf([known]) } })
  const ask = async (request: Parameters<typeof openSse>[1]) => {
    const stream = await openSse(own.url, request)
    onTestFinished(() => stream.close())
    return stream
  }
  expect(await (await ask({ documentId: `sha256:${hashOf(known)}` })).next()).toEqual(freeOf(10))
  const apollo = { persistedQuery: { version: 1, sha256Hash: hashOf(known) } }
  expect(await (await ask({ extensions: apollo })).next()).toEqual(freeOf(10))
  expect(await (await ask(known.replaceAll(' ', '  '))).next()).toEqual(freeOf(10))
  const foreign = await ask(seats)
  expect([foreign.status, (await foreign.json()).errors[0].extensions.code]).toEqual([400, 'OPERATION_NOT_PERSISTED'])
  const unknown = await ask({ documentId: 'sha256:00' })
  expect([unknown.status, (await unknown.json()).errors[0].extensions.code]).toEqual([400, 'PERSISTED_QUERY_NOT_FOUND'])

  const client = live.dial({ url: socketUrl(own), lazy: true })
  const byId = client.iterate({ query: '', documentId: `sha256:${hashOf(known)}` } as never)
  expect((await byId.next()).value).toEqual({ data: { seats: { free: 10 } } })
  await expect(client.iterate({ query: seats }).next()).rejects.toMatchObject([
    { extensions: { code: 'OPERATION_NOT_PERSISTED' } },
  ])
  await byId.return?.()
})

test('plans persisted subscriptions before their first request', async () => {
  const lines: string[] = []
  const log = createLog('gateway', 'warn')
  log.warn = ((...line: unknown[]) => void lines.push(JSON.stringify(line))) as never
  const good = 'subscription Seats { seats(performanceId: "p1") { free performance { title } } }'
  const bad = 'subscription Bad { nothing }'
  await live.another({ persisted: { mode: 'off', ...manifestOf([good, bad]) }, log })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('subscription Bad')
})

function manifestOf(texts: readonly string[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'tikitu-live-')), 'operations.json')
  writeFileSync(file, JSON.stringify(Object.fromEntries(texts.map((text) => [`sha256:${hashOf(text)}`, text]))))
  return { file, isRequired: true }
}
