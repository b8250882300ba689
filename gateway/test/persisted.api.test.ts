import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createManifestSource } from '../src/operations/manifest-source.ts'
import { hashOf, readManifest } from '../src/operations/read-manifest.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common} type Query { hello(name: String): String! @public other: String! @public }
type Mutation { act: String! @public }`
const resolvers = {
  Query: { hello: (_: unknown, { name }: { name?: string }) => `hello ${name ?? 'you'}`, other: () => 'other' },
  Mutation: { act: () => 'done' },
}
const hello = 'query Hello($name: String) { hello(name: $name) }'
const act = 'mutation Act { act }'
const folder = mkdtempSync(join(tmpdir(), 'tikitu-manifest-'))
const file = join(folder, 'operations.json')
const persisted = { file, isRequired: true }

const manifestOf = (texts: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(texts.map((text) => [`sha256:${hashOf(text)}`, text])))

let pool: TestPool
let subgraph: TestSubgraph
let open: TestGateway
let logging: TestGateway
let enforcing: TestGateway
const warnings: string[] = []

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  writeFileSync(file, manifestOf([hello, act]))
  const log = createLog('gateway', 'silent')
  const listening = Object.assign(Object.create(log), {
    warn: (_: unknown, message: string) => void warnings.push(message),
  })
  open = await startGateway([subgraph], pool, { executor: 'stock', persisted: { ...persisted, mode: 'off' } })
  logging = await startGateway([subgraph], pool, { persisted: { ...persisted, mode: 'log' }, log: listening })
  enforcing = await startGateway([subgraph], pool, { persisted: { ...persisted, mode: 'enforce' } })
})

afterAll(async () => {
  await Promise.all([open, logging, enforcing].map((gateway) => gateway.close()))
  subgraph.close()
  pool.close()
})

async function ask(gateway: TestGateway, body: object) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = (await response.json()) as { data?: object; errors?: { extensions: { code: string } }[] }
  return { status: response.status, data: answer.data, code: answer.errors?.[0]?.extensions.code }
}

const apollo = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } })

describe('a persisted operation', () => {
  test.each([
    ['documentId', { documentId: `sha256:${hashOf(hello)}`, variables: { name: 'Ada' } }],
    ['documentId without its prefix', { documentId: hashOf(hello), variables: { name: 'Ada' } }],
    ['hash as Apollo clients send it', { extensions: apollo(hello), variables: { name: 'Ada' } }],
    ['text', { query: hello, variables: { name: 'Ada' } }],
    ['text in another spacing', { query: hello.replaceAll(' ', '\n  '), variables: { name: 'Ada' } }],
    ['text and operationName', { query: hello, operationName: 'Hello', variables: { name: 'Ada' } }],
  ])('runs by its %s in every mode', async (_by, body) => {
    for (const gateway of [open, logging, enforcing]) {
      expect(await ask(gateway, body)).toEqual({ status: 200, data: { hello: 'hello Ada' }, code: undefined })
    }
  })

  test('runs by GET too, unless it is a mutation', async () => {
    const get = (id: string) =>
      fetch(`${enforcing.url}/graphql?documentId=${id}`, { headers: { 'apollo-require-preflight': '1' } })
    expect(await (await get(hashOf(hello))).json()).toEqual({ data: { hello: 'hello you' } })
    expect((await get(hashOf(act))).status).toBe(405)
  })

  test('is planned before its first request', async () => {
    const plans = (open.gateway.graph.gateway as unknown as { queryPlanStore: { get: (key: string) => unknown } })
      .queryPlanStore
    expect(await plans.get(hashOf(act))).toMatchObject({ kind: 'QueryPlan' })
    expect(await plans.get(hashOf(`${hashOf(act)}Act`))).toMatchObject({ kind: 'QueryPlan' })
    expect(await plans.get(hashOf('{ other }'))).toBeUndefined()
  })
})

describe('any other operation', () => {
  const refused = { status: 400, data: undefined, code: 'OPERATION_NOT_PERSISTED' }

  test('runs in the mode off', async () => {
    expect((await ask(open, { query: '{ other }' })).data).toEqual({ other: 'other' })
  })

  test('runs, and is logged once, in the mode log', async () => {
    for (let i = 0; i < 3; i++) expect((await ask(logging, { query: '{ other }' })).data).toEqual({ other: 'other' })
    expect(warnings).toEqual(['an operation that is not persisted'])
  })

  test.each([
    ['a text', { query: '{ other }' }],
    [
      'a text that only begins as a known one does',
      { query: `${hello} query Other { other }`, operationName: 'Other' },
    ],
    ['a text with a known hash', { query: '{ other }', extensions: apollo(hello) }],
    ['a text that is no GraphQL', { query: '{ other' }],
    ['a hash nobody knows', { extensions: apollo('{ other }') }],
    ['a text to be remembered', { query: '{ other }', extensions: apollo('{ other }') }],
    ['a query that is no text', { query: { toString: 'x' } }],
  ])('%s is rejected in the mode enforce, before a fetch', async (_name, body) => {
    const before = subgraph.seen.length
    expect(await ask(enforcing, body)).toEqual(refused)
    expect(subgraph.seen.length).toBe(before)
  })

  test('an unknown documentId, or one with a text, is rejected in every mode', async () => {
    for (const gateway of [open, logging, enforcing]) {
      expect((await ask(gateway, { documentId: hashOf('{ other }') })).code).toBe('PERSISTED_QUERY_NOT_FOUND')
      expect((await ask(gateway, { documentId: hashOf(hello), query: '{ other }' })).code).toBe('BAD_REQUEST')
      expect((await ask(gateway, { documentId: ['constructor'] })).status).toBe(400)
    }
  })
})

test('registers a text with its hash, and rejects a wrong hash', async () => {
  const extensions = apollo('{ other }')
  expect((await ask(open, { extensions })).code).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await ask(open, { query: '{ hello }', extensions })).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  expect((await ask(open, { query: '{ other }', extensions })).status).toBe(200)
  expect((await ask(open, { extensions })).data).toEqual({ other: 'other' })
})

test('rejects a manifest with wrong hashes, and reads Apollo’s format', () => {
  const file = join(folder, 'form.json')
  expect(readManifest(file)).toBeNull()
  writeFileSync(file, JSON.stringify({ [`sha256:${hashOf(hello)}`]: act }))
  expect(() => readManifest(file)).toThrow('is not the hash')
  const operations = [{ id: 'any', body: hello, name: 'Hello', type: 'query' }]
  writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }))
  expect(readManifest(file)).toEqual(new Map([[hashOf(hello), hello]]))
})

describe('a changed manifest', () => {
  const later = 'query Later { other }'
  let followed: string
  let gateway: TestGateway

  beforeAll(async () => {
    followed = join(mkdtempSync(join(tmpdir(), 'tikitu-manifest-')), 'operations.json')
    writeFileSync(followed, manifestOf([hello]))
    gateway = await startGateway([subgraph], pool, { persisted: { file: followed, isRequired: true, mode: 'enforce' } })
  })

  afterAll(() => gateway.close())

  const statusOf = async (query: string) => (await ask(gateway, { query })).status
  /** Replaces the file by renaming, as editors and Kubernetes do. */
  const replace = (text: string) => {
    writeFileSync(`${followed}.new`, text)
    renameSync(`${followed}.new`, followed)
  }

  test('adds and removes operations', async () => {
    expect([await statusOf(later), await statusOf(hello)]).toEqual([400, 200])
    replace(manifestOf([later]))
    await expect.poll(() => statusOf(later)).toBe(200)
    expect((await ask(gateway, { documentId: hashOf(later) })).data).toEqual({ other: 'other' })
    expect(await statusOf(hello)).toBe(400)
  })

  test.each([
    ['invalid JSON', '{'],
    ['a manifest whose ids are not those of its texts', JSON.stringify({ [hashOf(hello)]: later })],
    ['another JSON value', '[]'],
  ])('keeps the last valid manifest after %s', async (_name, text) => {
    writeFileSync(followed, text)
    gateway.gateway.reload()
    expect([await statusOf(later), await statusOf(hello)]).toEqual([200, 400])
  })

  test('keeps the last valid manifest when the file is deleted, and reloads it on request', async () => {
    writeFileSync(followed, manifestOf([later]))
    const source = createManifestSource({ file: followed, isRequired: true, log: createLog('gateway', 'silent') })
    onTestFinished(source.close)
    rmSync(followed)
    expect(source.reload()).toBe('refused')
    gateway.gateway.reload()
    expect(await statusOf(later)).toBe(200)
    writeFileSync(followed, manifestOf([later, hello]))
    gateway.gateway.reload()
    expect([await statusOf(later), await statusOf(hello)]).toEqual([200, 200])
  })
})

test('plans new operations before their first request', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tikitu-manifest-')), 'operations.json')
  writeFileSync(file, manifestOf([hello]))
  const gateway = await startGateway([subgraph], pool, {
    executor: 'stock',
    persisted: { file, isRequired: true, mode: 'off' },
  })
  onTestFinished(gateway.close)
  const plans = (gateway.gateway.graph.gateway as unknown as { queryPlanStore: { get: (key: string) => unknown } })
    .queryPlanStore
  expect(await plans.get(hashOf(act))).toBeUndefined()
  writeFileSync(file, manifestOf([hello, act]))
  gateway.gateway.reload()
  await expect.poll(() => plans.get(hashOf(act))).toMatchObject({ kind: 'QueryPlan' })
})

test('a required manifest has to exist at the start, an optional one may follow', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tikitu-manifest-')), 'operations.json')
  const start = (isRequired: boolean) =>
    startGateway([subgraph], pool, { persisted: { file, isRequired, mode: 'off' } })
  await expect(start(true)).rejects.toThrow('there are no persisted operations')
  const gateway = await start(false)
  onTestFinished(gateway.close)
  const byId = async () => (await ask(gateway, { documentId: hashOf(hello) })).status
  expect(await byId()).toBe(400)
  writeFileSync(file, manifestOf([hello]))
  await expect.poll(byId).toBe(200)
})

test('logs once that no operation is valid, or each invalid one', async () => {
  const said: unknown[][] = []
  const log = Object.assign(createLog('gateway', 'silent'), {
    info: (...line: unknown[]) => void said.push(line),
    warn: (...line: unknown[]) => void said.push(line),
  })
  const messagesFor = async (texts: readonly string[]) => {
    const other = join(folder, 'other.json')
    writeFileSync(other, manifestOf(texts))
    said.length = 0
    const gateway = await startGateway([subgraph], pool, {
      persisted: { file: other, isRequired: false, mode: 'off' },
      log,
    })
    await gateway.close()
    return said
      .map((line) => line.at(-1))
      .filter((message) => String(message).includes('operation') || message === 'query plans are warm')
  }
  const foreign = ['{ seats }', 'query Me { me { name } }']
  expect(await messagesFor(foreign)).toEqual(['the persisted operations belong to another graph'])
  expect(await messagesFor([hello, ...foreign])).toEqual([
    'a persisted operation is invalid',
    'a persisted operation is invalid',
    'query plans are warm',
  ])
})
