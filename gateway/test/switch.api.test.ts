import { writeFileSync } from 'node:fs'
import type { Log } from '@tikitu/kit/base/log'
import { composeGraph } from '@tikitu/schema/compose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const sdl = `${common}
  type Query { hello: String! @public clock: Int! @public slow: String! @public more: String @public
    say(x: Int): Int @public }
  type Mutation { count: Int! @public }`
let ticks = 0
let release: (() => void) | null = null
const resolvers = {
  Query: {
    hello: () => 'hello',
    clock: () => ++ticks,
    slow: () =>
      new Promise((resolve) => {
        release = () => resolve('at last')
      }),
    more: () => 'more',
    say: (_: unknown, { x }: { x: number }) => x,
  },
  Mutation: { count: () => ++ticks },
}

let pool: TestPool
let subgraph: TestSubgraph

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', sdl, resolvers)
})

afterAll(() => {
  subgraph.close()
  pool.close()
})

/** The logged warnings. */
function listen() {
  const warned: Record<string, unknown>[] = []
  const silent = () => undefined
  const log = { trace: silent, debug: silent, info: silent, error: silent, fatal: silent } as unknown as Log
  return { warned, log: { ...log, warn: (about: Record<string, unknown>) => warned.push(about) } as unknown as Log }
}

async function within<T>(started: Promise<TestGateway>, use: (gateway: TestGateway) => Promise<T>): Promise<T> {
  const gateway = await started
  return await use(gateway).finally(() => gateway.close())
}

test.each(['stock', 'compiled', 'shadow'] as const)('answers with the %s executor', async (executor) => {
  await within(startGateway([subgraph], pool, { executor }), async ({ run }) => {
    expect((await run('{ hello __typename __schema { queryType { name } } }')).body.data).toEqual({
      hello: 'hello',
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    })
  })
})

test.each(['stock', 'compiled', 'shadow'] as const)(
  'runs the one operation that is named, whatever others need, with the %s executor',
  async (executor) => {
    const query = `query A($x: Int) { say(x: $x) ...F } query B($y: Boolean!) { hello ...G @include(if: $y) }
      fragment F on Query { again: say(x: $x) } fragment G on Query { ...H } fragment H on Query { more @skip(if: $y) clock @include(if: $y) }`
    await within(startGateway([subgraph], pool, { executor }), async ({ url }) => {
      const run = async (operationName: string, variables: object) => {
        const headers = { 'content-type': 'application/json' }
        const body = JSON.stringify({ query, operationName, variables })
        return await (await fetch(`${url}/graphql`, { method: 'POST', headers, body })).json()
      }
      expect(await run('B', { y: false })).toEqual({ data: { hello: 'hello' } })
      expect(await run('B', { y: true })).toEqual({ data: { hello: 'hello', clock: expect.any(Number) } })
      expect(await run('A', { x: 7 })).toEqual({ data: { say: 7, again: 7 } })
      expect(await run('B', {})).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    })
  },
)

test('adds the plan to the response on request, only when plans are exposed', async () => {
  const query = '{ hello again: say(x: 1) __type(name: "Query") { name isOneOf } }'
  const answer = { hello: 'hello', again: 1, __type: { name: 'Query', isOneOf: null } }
  const headers = { 'apollo-query-plan-experimental': 'true' }
  await within(startGateway([subgraph], pool, { exposePlans: true }), async ({ run }) => {
    expect((await run(query)).body).toEqual({ data: answer })
    const { status, body } = await run(query, { headers })
    expect([status, body.data]).toEqual([200, answer])
    const [shown] = Object.entries((body as { extensions?: object }).extensions ?? {})
    expect(shown).toEqual(['__queryPlanExperimental', expect.stringContaining('Fetch(service: "user")')])
    const internal = await run(query, { headers: { ...headers, 'apollo-query-plan-experimental-format': 'internal' } })
    expect(internal.body).toMatchObject({
      extensions: { __queryPlanExperimental: { kind: 'QueryPlan', node: { kind: 'Fetch' } } },
    })
    const wrong = await run('query ($x: Int!) { say(x: $x) }', { headers, variables: { x: 'one' } })
    expect([wrong.status, wrong.body.errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT'])
  })
  await within(startGateway([subgraph], pool), async ({ run }) => {
    expect((await run(query, { headers })).body).toEqual({ data: answer })
  })
})

test('shadow mode logs differences only, and runs mutations once', async () => {
  const { warned, log } = listen()
  await within(startGateway([subgraph], pool, { executor: 'shadow', log }), async ({ run }) => {
    await run('{ hello }')
    const before = ticks
    await run('mutation { count }')
    expect(ticks).toBe(before + 1)
    await run('{ clock }')
    await expect.poll(() => warned.length).toBe(1)
    expect(warned[0]).toMatchObject({ differing: ['data'] })
  })
})

test('an operation in progress finishes with its graph after a reload', async () => {
  await within(startGateway([{ ...subgraph, sdl }], pool), async ({ run, gateway, supergraphFile }) => {
    const running = run('{ slow hello }')
    await expect.poll(() => release).not.toBeNull()
    const next = sdl.replace('slow: String! @public', '').replace('hello: String!', 'hello: String')
    writeFileSync(
      supergraphFile,
      composeGraph([{ name: 'user', url: `${subgraph.url}/graphql`, sdl: next }]).supergraphSdl,
    )
    expect(gateway.graph.supergraph.reload()).toBe('loaded')
    expect((await run('{ more hello }')).body.data).toEqual({ more: 'more', hello: 'hello' })
    expect((await run('{ slow }')).status).toBe(400)
    release?.()
    expect((await running).body.data).toEqual({ slow: 'at last', hello: 'hello' })
  })
})
