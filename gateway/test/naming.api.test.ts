import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hashOf } from '../src/operations/read-manifest.ts'
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
const apollo = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } })

let pool: TestPool
let subgraph: TestSubgraph
let open: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
  const file = join(mkdtempSync(join(tmpdir(), 'tikitu-manifest-')), 'operations.json')
  writeFileSync(file, JSON.stringify(Object.fromEntries([hello, act].map((text) => [hashOf(text), text]))))
  open = await startGateway([subgraph], pool, { persisted: { file, isRequired: true, mode: 'off' } })
})

afterAll(async () => {
  await open.close()
  subgraph.close()
  pool.close()
})

const post = (url: string, body: object, accept = '*/*') =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  })

describe('a GET with a mutation is rejected', () => {
  const text = `mutation ${'Road'} { act }`
  const extensions = apollo(text)
  const get = (url: string, parameters: Record<string, string>, accept: string) =>
    fetch(`${url}/graphql?${new URLSearchParams(parameters)}`, { headers: { accept, 'apollo-require-preflight': '1' } })
  const roads: [string, Record<string, string>][] = [
    ['its text', { query: text }],
    ['the hash of a text that was sent before', { extensions: JSON.stringify(extensions) }],
    ['its text and its hash', { query: text, extensions: JSON.stringify(extensions) }],
    ['the documentId of an operation of the manifest', { documentId: hashOf(act) }],
    ['the hash of one', { extensions: JSON.stringify(apollo(act)) }],
    [
      'its name among others',
      { query: `{ hello } ${text}`.replace('{ hello }', 'query A { hello }'), operationName: 'Road' },
    ],
  ]
  const accepts = ['application/json', '*/*', 'text/event-stream', 'text/event-stream, application/json']

  test.each(roads.flatMap(([road, parameters]) => accepts.map((accept) => [road, accept, parameters] as const)))(
    'by %s, accepting %s',
    async (_road, accept, parameters) => {
      expect((await post(open.url, { query: text, extensions })).status).toBe(200)
      const before = subgraph.seen.length
      const response = await get(open.url, parameters, accept)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect(await response.text()).toContain('"BAD_REQUEST"')
      expect(subgraph.seen.length).toBe(before)
    },
  )

  test('queries and subscriptions are accepted', async () => {
    const parameters = { query: hello, variables: '{"name":"Ada"}', operationName: 'Hello' }
    for (const accept of accepts)
      expect(await (await get(open.url, parameters, accept)).text()).toContain('"hello Ada"')
  })

  test('HEAD executes nothing', async () => {
    const before = subgraph.seen.length
    await fetch(`${open.url}/graphql?${new URLSearchParams({ query: text })}`, {
      method: 'HEAD',
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(subgraph.seen.length).toBe(before)
  })
})

test('a wrong hash is a client error, and is not logged', async () => {
  const lines: unknown[] = []
  const log = Object.assign(Object.create(createLog('gateway', 'silent')), {
    error: (line: unknown) => lines.push(line),
  })
  const gateway = await startGateway([subgraph], pool, { log })
  onTestFinished(gateway.close)
  const wrong = [
    { version: 1, sha256Hash: hashOf('{ other }') },
    { version: 2, sha256Hash: hashOf('{ hello }') },
    { version: 1, sha256Hash: 7 },
    { version: 1 },
    {},
    'x',
    [],
  ]
  for (const persistedQuery of wrong)
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await post(gateway.url, { query: '{ hello }', extensions: { persistedQuery } }, accept)
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
      expect([persistedQuery, response.status, errors[0]?.extensions.code]).toEqual([
        persistedQuery,
        400,
        'BAD_REQUEST',
      ])
    }
  expect(lines).toEqual([])
})

test('an empty operationName counts as none', async () => {
  for (const accept of ['application/json', '*/*', 'text/event-stream']) {
    for (const _ of [1, 2]) {
      const response = await post(open.url, { query: hello, operationName: '' }, accept)
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('"hello you"')])
    }
    const several = await post(open.url, { query: `${hello} ${act}`, operationName: '' }, accept)
    expect([several.status, await several.text()]).toEqual([
      400,
      expect.stringContaining('OPERATION_RESOLUTION_FAILURE'),
    ])
  }
  const headers = { 'apollo-require-preflight': '1' }
  const got = await fetch(`${open.url}/graphql?${new URLSearchParams({ query: hello, operationName: '' })}`, {
    headers,
  })
  expect(await got.text()).toContain('"hello you"')
})
