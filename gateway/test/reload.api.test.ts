import { readFileSync, writeFileSync } from 'node:fs'
import { composeGraph } from '@tikitu/schema/compose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway, writeSupergraph } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const resolvers = { Query: { hello: () => 'hello', extra: () => 'extra' } }
const first = `${common} type Query { hello: String! @public }`
const second = `${common} type Query { hello: String! @authenticated extra: String! @public }`

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', second, resolvers)
  gateway = await startGateway([{ ...subgraph, sdl: first }], pool)
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

const supergraphOf = (sdl: string, name = 'user') =>
  composeGraph([{ name, url: `${subgraph.url}/graphql`, sdl }]).supergraphSdl
const put = (text: string) => {
  writeFileSync(gateway.supergraphFile, text)
  return gateway.gateway.graph.supergraph.reload()
}

test.each([
  ['invalid GraphQL', () => 'type Query {'],
  ['an empty file', () => ''],
  ['GraphQL that is not a supergraph', () => first],
  ['half a supergraph', () => supergraphOf(second).slice(0, 3_000)],
  [
    'a supergraph with unknown directives',
    () =>
      supergraphOf(second)
        .replace('@join__field(graph: USER)', '@join__field(graph: NOBODY)')
        .replace('graph: USER)', 'graph: NOBODY)'),
  ],
  ['a supergraph with a subgraph without keys', () => supergraphOf(second, 'stranger')],
])('keeps the last valid graph after %s', async (_name, text) => {
  expect(put(text())).toBe('refused')
  expect((await gateway.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
  expect(put(supergraphOf(first))).toBe('unchanged')
})

test('loads a new graph and its rules while requests run', async () => {
  const running = Array.from({ length: 20 }, () => gateway.run('{ hello }'))
  expect(put(supergraphOf(second))).toBe('loaded')
  for (const { status, body } of await Promise.all(running)) {
    expect([200, 401]).toContain(status)
    if (status === 200) expect(body.data).toEqual({ hello: 'hello' })
  }
  expect((await gateway.run('{ hello }')).status).toBe(401)
  expect((await gateway.run('{ extra }')).body.data).toEqual({ extra: 'extra' })
})

test('loads a graph that differs only in its rules', async () => {
  put(supergraphOf(first))
  expect((await gateway.run('{ hello }')).status).toBe(200)
  expect(put(supergraphOf(first.replace('String! @public', 'String! @authenticated')))).toBe('loaded')
  expect((await gateway.run('{ hello }')).status).toBe(401)
})

test('notices a change of the file', async () => {
  put(supergraphOf(second))
  writeSupergraph(gateway.supergraphFile, [{ ...subgraph, sdl: first }])
  const text = readFileSync(gateway.supergraphFile, 'utf8')
  await expect.poll(async () => (await gateway.run('{ hello }')).status, { timeout: 5_000 }).toBe(200)
  expect(text).not.toContain('extra')
})
