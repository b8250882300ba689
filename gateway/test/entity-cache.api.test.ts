import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { sendJson } from '@tikitu/kit/base/http'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { GatewayOptions } from '../src/server.ts'
import { startGateway, type TestGateway } from './harness.ts'
import { type Labels, startEvents, startLabels } from './kept-graph.ts'
import { startPool, type TestPool } from './pool.ts'
import { findTestRedis, needsRedis } from './test-redis.ts'

const testRedis = await findTestRedis()

let pool: TestPool
let events: Awaited<ReturnType<typeof startEvents>>
let labels: Labels
const gateways: TestGateway[] = []

beforeAll(async () => {
  pool = await startPool()
  events = await startEvents()
  labels = await startLabels()
})

afterEach(async () => {
  for (const gateway of gateways.splice(0)) await gateway.close()
  Object.assign(labels, { asked: [], cacheControl: 'max-age=60, public', before: () => undefined, label: 'label' })
  events.cacheControl = null
})

afterAll(() => {
  for (const { close } of [pool, events, labels]) close()
})

async function open(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const gateway = await startGateway([events, labels], pool, options)
  gateways.push(gateway)
  return gateway
}

const query = 'query ($ids: [ID!]!, $size: Int) { events(ids: $ids) { id label(size: $size) } }'

function ask({ run }: TestGateway, ids: string, options: Parameters<TestGateway['run']>[1] = {}) {
  return run(query, { ...options, variables: { ids: ids.split(''), ...options.variables } })
}

const labelled = (ids: string, label = 'label') => ({
  data: { events: ids.split('').map((id) => ({ id, label: `${label} ${id} 0` })) },
})

test('fetches only the three of ten entities that are not cached', async () => {
  const gateway = await open()
  await ask(gateway, '1234567')
  expect((await ask(gateway, '8172635490')).body).toEqual(labelled('8172635490'))
  expect(labels.asked).toEqual([[...'1234567'], [...'890']])
  expect((await ask(gateway, '09')).body).toEqual(labelled('09'))
  expect(labels.asked).toHaveLength(2)
})

test('all callers get cached entities, each as a separate copy', async () => {
  const gateway = await open()
  await ask(gateway, '12')
  for (const token of [
    undefined,
    await pool.token(),
    await pool.token({ sub: '0190f5a4-0000-7000-8000-00000000000b' }),
  ])
    expect((await ask(gateway, '12', { token })).body).toEqual(labelled('12'))
  const twice = await gateway.run('{ a: events(ids: ["1"]) { id label } b: events(ids: ["1", "1"]) { label } }')
  expect(twice.body.data.b).toHaveLength(2)
  expect(labels.asked.slice(0, 1)).toEqual([['1', '2']])
})

test('caches entities by language, variables and fields', async () => {
  const gateway = await open()
  await ask(gateway, '1')
  await ask(gateway, '1', { headers: { 'accept-language': 'id' } })
  await ask(gateway, '1', { variables: { size: 2 } })
  await gateway.run('{ events(ids: ["1"]) { odd: label } }')
  expect(labels.asked).toHaveLength(4)
  await ask(gateway, '1', { headers: { 'accept-language': 'id' } })
  await ask(gateway, '1', { variables: { size: 2 } })
  expect(labels.asked).toHaveLength(4)
})

test.each([
  ['private', 'max-age=60, private'],
  ['no-store', 'no-store'],
  ['without a hint', null],
])('does not cache entities that are %s', async (_name, cacheControl) => {
  labels.cacheControl = cacheControl
  const gateway = await open()
  for (const token of [undefined, await pool.token(), undefined]) await ask(gateway, '12', { token })
  expect(labels.asked).toHaveLength(3)
})

test('never shares a response that turns out to be private', async () => {
  const gateway = await open()
  await ask(gateway, '1')
  labels.cacheControl = 'no-store'
  labels.label = 'secret'
  expect((await ask(gateway, '12', { token: await pool.token() })).body.data.events[1].label).toBe('secret 2 0')
  Object.assign(labels, { label: 'label', cacheControl: 'max-age=60, public' })
  expect((await ask(gateway, '12')).body).toEqual(labelled('12'))
})

test('does not cache entities with errors, and reports the errors at their paths', async () => {
  const gateway = await open()
  const odd = (ids: string[]) =>
    gateway.run('query ($ids: [ID!]!) { events(ids: $ids) { odd } }', { variables: { ids } })
  await odd(['2', '4'])
  const { body } = await odd(['4', '2', '6', '3'])
  expect(body.data.events).toEqual([{ odd: 'even 4' }, { odd: 'even 2' }, { odd: 'even 6' }, { odd: null }])
  expect(body.errors).toMatchObject([{ path: ['events', 3, 'odd'], extensions: { code: 'NOT_FOUND' } }])
  await odd(['6'])
  expect(labels.asked).toEqual([['2', '4'], ['6', '3'], ['6']])
})

test('merges fetches of one step once their responses are known to be private, never public ones', async () => {
  const gateway = await open()
  const both = (one: string, other: string) =>
    gateway.run(`{ a: events(ids: ["1"]) { ${one} } b: events(ids: ["2"]) { ${other} } }`)
  for (let i = 0; i < 10; i++) await both('label', 'place { name }')
  expect(labels.asked.toSorted()).toEqual([['1'], ['2']])
  labels.cacheControl = 'no-store'
  for (let i = 0; i < 9; i++) expect((await both('label(size: 1)', 'odd')).body.data.b).toEqual([{ odd: 'even 2' }])
  expect(labels.asked.at(-3)).toHaveLength(1)
  expect(labels.asked.at(-1)).toEqual(['1', '2'])
})

test('caches missing entities', async () => {
  const gateway = await open()
  const none = () => gateway.run('{ events(ids: ["none"]) { label } }')
  for (let i = 0; i < 2; i++) expect((await none()).body).toEqual({ data: { events: [{ label: null }] } })
  expect(labels.asked).toHaveLength(1)
})

test('serves cached entities while their subgraph is down', async () => {
  const gateway = await open({ retries: false })
  await ask(gateway, '12')
  labels.before = (response) => sendJson(response, 500, {})
  const { body, headers } = await ask(gateway, '132')
  expect(body.data.events.map(({ label }: { label: string | null }) => label)).toEqual(['label 1 0', null, 'label 2 0'])
  expect([body.errors?.length, headers.get('cache-control')]).toEqual([1, 'no-store'])
})

test('a caller who ran a mutation gets no earlier entries, other callers do', async () => {
  const gateway = await open()
  const token = await pool.token()
  await ask(gateway, '1', { token })
  await gateway.run('mutation { change }', { token })
  labels.label = 'new'
  expect((await ask(gateway, '1')).body).toEqual(labelled('1'))
  expect((await ask(gateway, '1', { token })).body).toEqual(labelled('1', 'new'))
  expect((await ask(gateway, '1')).body).toEqual(labelled('1', 'new'))
  expect((await ask(gateway, '1', { token })).body).toEqual(labelled('1', 'new'))
  expect(labels.asked).toHaveLength(2)
})

test('a mutation’s response has no cached entities', async () => {
  const gateway = await open()
  const change = () => gateway.run('mutation { changeEvent(id: "1") { label } }')
  await change()
  labels.label = 'new'
  expect((await change()).body.data).toEqual({ changeEvent: { label: 'new 1 0' } })
})

test('concurrent requests fetch each entity once', async () => {
  const gateway = await open()
  await ask(gateway, '0')
  const gate = Promise.withResolvers<void>()
  labels.before = () => gate.promise
  const tokens = await Promise.all(Array.from({ length: 6 }, (_, i) => pool.token({ sub: subOf(i) })))
  const first = tokens.map((token) => ask(gateway, '12', { token }))
  await expect.poll(() => labels.asked.length).toBe(2)
  const later = tokens.map((token) => ask(gateway, '123', { token }))
  await expect.poll(() => labels.asked.length).toBe(3)
  gate.resolve()
  for (const { body } of await Promise.all(first)) expect(body).toEqual(labelled('12'))
  for (const { body } of await Promise.all(later)) expect(body).toEqual(labelled('123'))
  expect(labels.asked.slice(1)).toEqual([['1', '2'], ['3']])
})

test('requests that waited for a private response send their own', async () => {
  const gateway = await open()
  await ask(gateway, '0')
  const gate = Promise.withResolvers<void>()
  labels.before = () => gate.promise
  labels.cacheControl = 'no-store'
  const tokens = await Promise.all([0, 1, 2].map((i) => pool.token({ sub: subOf(i) })))
  const asked = tokens.map((token) => ask(gateway, '1', { token }))
  await expect.poll(() => labels.asked.length).toBe(2)
  gate.resolve()
  for (const { body } of await Promise.all(asked)) expect(body).toEqual(labelled('1'))
  expect(labels.asked).toHaveLength(4)
})

test('a new supergraph starts with an empty cache', async () => {
  const gateway = await open()
  await ask(gateway, '1')
  const text = readFileSync(gateway.supergraphFile, 'utf8')
  writeFileSync(gateway.supergraphFile, `${text}\n"Another."\nscalar Other\n`)
  expect(gateway.gateway.graph.supergraph.reload()).toBe('loaded')
  await ask(gateway, '1')
  expect(labels.asked).toHaveLength(2)
})

test('the response’s max-age is that of its oldest entity', async () => {
  events.cacheControl = 'max-age=90, public'
  const gateway = await open()
  expect((await ask(gateway, '1')).headers.get('cache-control')).toBe('max-age=60, public')
  labels.cacheControl = 'max-age=80, public'
  expect((await ask(gateway, '12')).headers.get('cache-control')).toMatch(/^max-age=(60|59), public$/)
  expect((await ask(gateway, '12', { token: await pool.token() })).headers.get('cache-control')).toMatch(
    /^max-age=(60|59), private$/,
  )
  expect(labels.asked).toEqual([['1'], ['2']])
})

test('without a cache, all entities are fetched each time', async () => {
  const gateway = await open({ maxCacheBytes: 0 })
  for (let i = 0; i < 2; i++) await ask(gateway, '12')
  expect(labels.asked).toEqual([
    ['1', '2'],
    ['1', '2'],
  ])
})

test.skipIf(!testRedis.isUp)(`gateways share entries in Redis ${needsRedis}`, async () => {
  const cacheRedis = { url: testRedis.url, timeoutMs: 500 }
  const [one, two] = [await open({ cacheRedis }), await open({ cacheRedis })]
  const id = randomInt(1_000_000_000).toString()
  const askFor = (gateway: TestGateway, token?: string) =>
    gateway.run(query, { variables: { ids: [id], size: 7 }, token })
  const learned = async (gateway: TestGateway) => {
    const before = labels.asked.length
    await askFor(gateway)
    return labels.asked.length === before
  }
  await expect.poll(() => learned(one)).toBe(true)
  await expect.poll(() => learned(two)).toBe(true)
  const token = await pool.token()
  await one.run('mutation { change }', { token })
  labels.label = 'new'
  expect((await askFor(two, token)).body.data.events[0].label).toBe(`new ${id} 7`)
})

function subOf(index: number): string {
  return `0190f5a4-0000-7000-8000-00000000001${index}`
}
