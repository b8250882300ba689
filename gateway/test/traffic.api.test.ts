import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { sendJson } from '@tikitu/kit/base/http'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayOptions } from '../src/server.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common} type Query { hello: String @public mine: String @public } type Mutation { act: String @public }`
const good = { data: { hello: 'hello', mine: 'mine', act: 'done' } }

let pool: TestPool
let open: { gateway: TestGateway; subgraph: TestSubgraph }[] = []

beforeAll(async () => {
  pool = await startPool()
})

afterEach(async () => {
  for (const { gateway, subgraph } of open) {
    await gateway.close()
    subgraph.close()
  }
  open = []
})

afterAll(() => pool.close())

type Answer = (response: ServerResponse, count: number) => void

/** A gateway over one subgraph with the given behavior; `count` is the number of the request, from 1. */
async function over(answer: Answer, options: Partial<GatewayOptions> = {}) {
  let count = 0
  const subgraph = await startHostile('user', sdl, (request, response) => {
    request.resume()
    answer(response, ++count)
  })
  const gateway = await startGateway([subgraph], pool, options)
  open.push({ gateway, subgraph })
  return { gateway, subgraph }
}

const fail = (response: ServerResponse) => sendJson(response, 503, {})
const answer = (response: ServerResponse) => sendJson(response, 200, good)

test('retries a query after an outage', async () => {
  const { gateway, subgraph } = await over((response, count) => (count === 1 ? fail(response) : answer(response)))
  expect((await gateway.run('{ hello }')).body).toEqual({ data: { hello: 'hello' } })
  expect(subgraph.seen).toHaveLength(2)
})

test('a broken connection is an outage, an invalid response is not', async () => {
  const broken = await over((response, count) => (count === 1 ? void response.destroy() : answer(response)))
  expect((await broken.gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
  const wrong = await over((response) => sendJson(response, 500, {}))
  await wrong.gateway.run('{ hello }')
  expect(wrong.subgraph.seen).toHaveLength(1)
})

test('never retries a mutation', async () => {
  const { gateway, subgraph } = await over(fail)
  expect((await gateway.run('mutation { act }')).body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE')
  expect(subgraph.seen).toHaveLength(1)
})

test('limits retries, so that an outage does not double the load', async () => {
  const { gateway, subgraph } = await over(fail, { breakMs: 1, isDeduplicating: false })
  for (let i = 0; i < 5; i++) await Promise.all(Array.from({ length: 8 }, () => gateway.run('{ hello }')))
  expect(subgraph.seen.length).toBeLessThan(40 + 10 + 5)
})

test('opens the circuit breaker for a subgraph that fails half of its requests, then probes it, then closes it', async () => {
  let isWell = false
  const { gateway, subgraph } = await over((response) => (isWell ? answer(response) : fail(response)), {
    breakMs: 300,
    retries: false,
  })
  for (let i = 0; i < 30; i++) await gateway.run('{ hello }')
  const asked = subgraph.seen.length
  expect(asked).toBeLessThan(30)
  const { status, body } = await gateway.run('{ hello }')
  expect([status, body.errors?.[0]?.extensions.code, subgraph.seen.length]).toEqual([200, 'UNAVAILABLE', asked])
  isWell = true
  await expect.poll(async () => (await gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
})

test('too long responses do not open the circuit breaker', async () => {
  const long = JSON.stringify({ data: { hello: 'x'.repeat(20_000) } })
  let isLong = true
  const { gateway } = await over(
    (response) =>
      isLong ? response.writeHead(200, { 'content-type': 'application/json' }).end(long) : answer(response),
    { maxAnswerBytes: 10_000 },
  )
  for (let i = 0; i < 40; i++) expect((await gateway.run('{ hello }')).body.data).toEqual({ hello: null })
  isLong = false
  expect((await gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
})

test('sends equal concurrent queries of one caller once, with a separate result for each', async () => {
  const waiting: ServerResponse[] = []
  const { gateway, subgraph } = await over((response) => void waiting.push(response))
  const asked = Array.from({ length: 6 }, () => gateway.run('{ hello }'))
  await expect.poll(() => waiting.length).toBe(1)
  await gateway.run('{ __typename }')
  for (const response of waiting) answer(response)
  for (const { body } of await Promise.all(asked)) expect(body).toEqual({ data: { hello: 'hello' } })
  expect(subgraph.seen).toHaveLength(1)
})

test('never shares a request across callers, languages or groups', async () => {
  const waiting: ServerResponse[] = []
  const { gateway } = await over((response) => void waiting.push(response))
  const tokens = await Promise.all([
    pool.token(),
    pool.token({ 'cognito:groups': ['user', 'admin'] }),
    pool.token({ sub: '0190f5a4-0000-7000-8000-000000000002' }),
  ])
  const asked = [
    gateway.run('{ mine }'),
    gateway.run('{ mine }', { headers: { 'accept-language': 'id' } }),
    ...tokens.map((token) => gateway.run('{ mine }', { token })),
  ]
  await expect.poll(() => waiting.length).toBe(5)
  for (const response of waiting) answer(response)
  await Promise.all(asked)
})

test('a query after a mutation never shares an earlier request', async () => {
  const reads: ServerResponse[] = []
  let changed = false
  const { gateway } = await over((response, count) => {
    if (count !== 2) return void reads.push(response)
    changed = true
    answer(response)
  })
  const before = gateway.run('{ hello }')
  await expect.poll(() => reads.length).toBe(1)
  await gateway.run('mutation { act }')
  const after = gateway.run('{ hello }')
  await expect.poll(() => reads.length).toBe(2)
  expect(changed).toBe(true)
  for (const response of reads) answer(response)
  await Promise.all([before, after])
})

test('rejects requests over the concurrency limit at once, and accepts them again afterwards', async () => {
  const waiting: ServerResponse[] = []
  const { gateway } = await over((response) => void waiting.push(response), {
    concurrency: { total: 2, perAddress: 2 },
  })
  const running = [gateway.run('{ a: hello }'), gateway.run('{ b: hello }')]
  await expect.poll(() => waiting.length).toBe(2)
  const refused = await gateway.run('{ hello }')
  expect([refused.status, refused.headers.get('retry-after'), refused.body.errors?.[0]?.extensions.code]).toEqual([
    503,
    '1',
    'UNAVAILABLE',
  ])
  expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200)
  for (const response of waiting) answer(response)
  await Promise.all(running)
  expect((await gateway.run('{ __typename }')).status).toBe(200)
})

describe('a client that disconnects', () => {
  const ask = (url: string, query: string) => {
    const gone = new AbortController()
    const asked = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    }).catch((error: Error) => error.name)
    return { gone, asked }
  }

  test('cancels its queries, which the circuit breaker ignores', async () => {
    const waiting: ServerResponse[] = []
    const errors: unknown[] = []
    const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
      error: (line: unknown) => void errors.push(line),
    })
    const { gateway } = await over((response, count) => (count > 40 ? answer(response) : void waiting.push(response)), {
      log,
    })
    for (let i = 0; i < 40; i++) {
      const { gone, asked } = ask(gateway.url, `{ a${i}: hello }`)
      await expect.poll(() => waiting.length).toBe(i + 1)
      const closed = once(waiting[i] as ServerResponse, 'close')
      gone.abort()
      await closed
      expect(await asked).toBe('AbortError')
    }
    expect((await gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
    expect(errors).toEqual([])
  })

  test('does not cancel a query that others share', async () => {
    const waiting: ServerResponse[] = []
    const { gateway } = await over((response) => void waiting.push(response))
    const [first, second] = [ask(gateway.url, '{ hello }'), ask(gateway.url, '{ hello }')]
    await expect.poll(() => waiting.length).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 50))
    first.gone.abort()
    expect(await first.asked).toBe('AbortError')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(waiting[0]?.destroyed).toBe(false)
    answer(waiting[0] as ServerResponse)
    expect(await ((await second.asked) as Response).json()).toEqual({ data: { hello: 'hello' } })
  })

  test('does not cancel its mutations', async () => {
    const waiting: ServerResponse[] = []
    const { gateway } = await over((response) => void waiting.push(response))
    const { gone, asked } = ask(gateway.url, 'mutation { act }')
    await expect.poll(() => waiting.length).toBe(1)
    gone.abort()
    expect(await asked).toBe('AbortError')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(waiting[0]?.destroyed).toBe(false)
    answer(waiting[0] as ServerResponse)
  })
})
