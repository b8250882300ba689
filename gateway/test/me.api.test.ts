import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile, startSubgraph, type TestContext, type TestSubgraph } from './subgraphs.ts'

const me = 'type Query { me: User @shareable @authenticated }'
const sdls = {
  user: `${common} ${me} type User @key(fields: "id") { id: ID! name: String! }`,
  payment: `${common} ${me} type User @key(fields: "id") { id: ID! payments: [String!] }`,
  booking: `${common} ${me} type User @key(fields: "id") { id: ID! bookings: [String!] }`,
}
const unreachable = `${common} ${me} type User @key(fields: "id") { id: ID! inbox: [String!] }`
type Name = keyof typeof sdls

let pool: TestPool
let token: string
let subgraphs: Record<Name | 'notification', TestSubgraph>
const gateways: Record<string, TestGateway> = {}
/** The services that were asked for `me`; how many must have been before one answers. */
let asked: Name[] = []
let together = 1

async function resolveMe(name: Name, { viewer }: TestContext): Promise<{ id: string } | null> {
  asked.push(name)
  for (let i = 0; asked.length < together && i < 100; i++) await pause(10)
  return viewer.kind === 'user' ? { id: viewer.userId } : null
}

beforeAll(async () => {
  pool = await startPool()
  token = await pool.token()
  const User = { __resolveReference: (user: { id: string }) => user, name: () => 'Ada' }
  const start = (name: Name, fields: object) =>
    startSubgraph(name, sdls[name], {
      Query: { me: (_parent: unknown, _args: unknown, context: TestContext) => resolveMe(name, context) },
      User: { ...User, ...fields },
    })
  subgraphs = {
    user: await start('user', {}),
    payment: await start('payment', { payments: () => ['pay_1'] }),
    booking: await start('booking', { bookings: () => ['bkg_1'] }),
    notification: await startHostile('notification', unreachable, (_request, response) => void response.destroy()),
  }
  for (const executor of ['stock', 'compiled'] as const)
    gateways[executor] = await startGateway(Object.values(subgraphs), pool, { executor, breakMs: 0 })
})

afterEach(() => {
  asked = []
  together = 1
})

afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.close()
  for (const subgraph of Object.values(subgraphs)) subgraph.close()
  pool.close()
})

describe.each(['compiled', 'stock'])('the %s executor', (executor) => {
  const run = async (query: string, as: string | undefined = token) =>
    await (gateways[executor] as TestGateway).run(query, { token: as })
  const requests = () => Object.values(subgraphs).reduce((sum, { seen }) => sum + seen.length, 0)

  test('asks one service for what one service has', async () => {
    const before = requests()
    expect((await run('{ me { payments } }')).body).toEqual({ data: { me: { payments: ['pay_1'] } } })
    expect([asked, requests() - before]).toEqual([['payment'], 1])
  })

  test('asks services at the same time for fields of several, once each', async () => {
    const before = requests()
    together = 3
    const { body } = await run('{ me { name payments bookings } }')
    expect(body).toEqual({ data: { me: { name: 'Ada', payments: ['pay_1'], bookings: ['bkg_1'] } } })
    expect([asked.toSorted(), requests() - before]).toEqual([['booking', 'payment', 'user'], 3])
  })

  test('an unreachable service costs its own fields only', async () => {
    const { body } = await run('{ me { name payments inbox } }')
    expect(body.data).toEqual({ me: { name: 'Ada', payments: ['pay_1'], inbox: null } })
    expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['UNAVAILABLE'])
  })

  test('asks the user service for fields of the profile, which it creates', async () => {
    for (const fields of ['name', 'id name', 'name payments']) await run(`{ me { ${fields} } }`)
    expect(asked.filter((name) => name === 'user')).toHaveLength(3)
  })

  test('refuses anonymous callers alike, whatever they ask for', async () => {
    const before = requests()
    for (const fields of ['id', 'name', 'payments', 'name payments bookings']) {
      const { status, body } = await (gateways[executor] as TestGateway).run(`{ me { ${fields} } }`)
      const codes = body.errors?.map(({ extensions }) => extensions['code'])
      expect([status, body.data, codes]).toEqual([401, undefined, ['UNAUTHENTICATED']])
    }
    expect(requests()).toBe(before)
  })
})
