import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  pool = await startPool()
  const sdl = `${common} type Query { hello: String! @public } type Mutation { act: String @public }`
  subgraph = await startSubgraph('user', sdl, { Query: { hello: () => 'hello' }, Mutation: { act: () => 'done' } })
  gateway = await startGateway([subgraph], pool)
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

/** The audits send GET as browsers could without a preflight. The gateway accepts that only with a header that forces one. */
const asClient: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), 'apollo-require-preflight': '1' } })

const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: asClient })

test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
  const result = await audit.fn()
  expect(result).toMatchObject({ status: result.status === 'notice' ? 'notice' : 'ok' })
})
