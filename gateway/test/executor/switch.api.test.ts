import { writeFileSync } from 'node:fs'
import type { Log } from '@tikitu/kit/log'
import { composeGraph } from '@tikitu/schema/compose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { startSubgraph, type TestSubgraph } from '../subgraphs.ts'

const sdl = `${common}
  type Query { hello: String! @public clock: Int! @public slow: String! @public more: String @public }
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

/** What was logged as a warning. */
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

test('in the shadow mode a difference is logged, equal answers are not, and a mutation runs once', async () => {
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

test('an operation that runs while the graph is replaced ends with the graph it began with', async () => {
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
