import { sendJson } from '@tikitu/kit/base/http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { GatewayOptions } from '../src/server.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile, type TestSubgraph } from './subgraphs.ts'

const sdl = (field: string) =>
  `${common} type Query { ${field}: String @public } type Mutation { set_${field}: String @public }`

let pool: TestPool
const subgraphs: TestSubgraph[] = []
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
})

afterEach(async () => {
  await gateway.close()
  for (const subgraph of subgraphs.splice(0)) subgraph.close()
})

afterAll(() => pool.close())

interface Said {
  cacheControl?: string
  errors?: object[]
}

/** A gateway over subgraphs with one field each, which respond with the given `cache-control`. */
async function over(said: Record<string, Said>, options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  for (const [field, { cacheControl, errors }] of Object.entries(said)) {
    const subgraph: TestSubgraph = await startHostile(field, sdl(field), (request, response) => {
      request.resume()
      if (cacheControl) response.setHeader('cache-control', cacheControl)
      sendJson(response, 200, { data: { [field]: `${subgraph.seen.length}`, [`set_${field}`]: 'set' }, errors })
    })
    subgraphs.push(subgraph)
  }
  gateway = await startGateway(subgraphs, pool, options)
  return gateway
}

const asked = () => subgraphs.map(({ seen }) => seen.length)

test('caches a public response for its max-age, for all callers', async () => {
  const { run } = await over({ event: { cacheControl: 'max-age=60, public' } })
  const first = await run('{ event }')
  expect([first.headers.get('cache-control'), first.headers.get('vary')]).toEqual([
    'max-age=60, public',
    'origin, accept, accept-language, authorization',
  ])
  const later = await run('{ event }', { token: await pool.token() })
  expect(later.body).toEqual({ data: { event: '1' } })
  expect(later.headers.get('cache-control')).toMatch(/^max-age=(59|60), private$/)
  expect(asked()).toEqual([1])
})

test.each([
  ['private', { cacheControl: 'max-age=60, private' }, 'max-age=60, private'],
  ['without a hint', {}, 'no-store'],
  ['no-store', { cacheControl: 'no-store, max-age=60, public' }, 'no-store'],
  ['of max-age 0', { cacheControl: 'max-age=0, public' }, 'no-store'],
  [
    'with errors',
    { cacheControl: 'max-age=60, public', errors: [{ message: 'x', extensions: { code: 'NOT_FOUND' } }] },
    'no-store',
  ],
])('does not cache a response %s', async (_name, said, header) => {
  const { run } = await over({ event: said })
  expect((await run('{ event }')).headers.get('cache-control')).toBe(header)
  await run('{ event }')
  expect(asked()).toEqual([2])
})

test('the response’s cache-control is that of its most restrictive part', async () => {
  const { run } = await over({
    event: { cacheControl: 'max-age=60, public' },
    seats: { cacheControl: 'max-age=5, public' },
    mine: { cacheControl: 'max-age=30, private' },
    unsaid: {},
  })
  const headerOf = async (query: string) => (await run(query)).headers.get('cache-control')
  expect(await headerOf('{ event seats }')).toBe('max-age=5, public')
  expect(await headerOf('{ event seats mine }')).toMatch(/^max-age=[45], private$/)
  expect(await headerOf('{ event unsaid }')).toBe('no-store')
  expect(await headerOf('{ __typename }')).toBe('no-store')
})

test('caches responses by language, variables and fields', async () => {
  const { run } = await over({ event: { cacheControl: 'max-age=60, public' } })
  await run('{ event }')
  await run('{ event }', { headers: { 'accept-language': 'id' } })
  await run('{ other: event }')
  expect(asked()).toEqual([3])
})

test('never caches a mutation or its response', async () => {
  const { run } = await over({ event: { cacheControl: 'max-age=60, public' } })
  for (let i = 0; i < 2; i++)
    expect((await run('mutation { set_event }')).headers.get('cache-control')).toBe('no-store')
  expect(asked()).toEqual([2])
})

test('evicts entries over the size limit', async () => {
  const { run } = await over({ event: { cacheControl: 'max-age=60, public' } }, { maxCacheBytes: 4_000 })
  for (let i = 0; i < 20; i++) await run(`{ a${i}: event }`)
  await run('{ a19: event }')
  expect(asked()).toEqual([20])
  await run('{ a0: event }')
  expect(asked()).toEqual([21])
})

test('caches nothing with a size of 0', async () => {
  const { run } = await over({ event: { cacheControl: 'max-age=60, public' } }, { maxCacheBytes: 0 })
  for (let i = 0; i < 2; i++) await run('{ event }')
  expect(asked()).toEqual([2])
})
