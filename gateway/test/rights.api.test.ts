import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { applyAccountStatus, applyStaffRole } from '@tikitu/kit/access/access-subjects'
import { createAccessWatch } from '@tikitu/kit/access/access-watch'
import { generateServiceKeys } from '@tikitu/kit/auth/signing-keys'
import { idFromUuid } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import { buildSchema } from '@tikitu/kit/graphql/schema'
import { createSubgraph } from '@tikitu/kit/service/create-subgraph'
import { createChangeSignal } from '@tikitu/kit/subscriptions/change-signal'
import { streamChanges } from '@tikitu/kit/subscriptions/change-stream'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testCtx } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { common, startGateway, type TestGateway } from './harness.ts'
import { openSse } from './live/sse-client.ts'
import { startPool, type TestPool } from './pool.ts'
import type { TestSubgraph } from './subgraphs.ts'

const kitMigrations = fileURLToPath(new URL('../../packages/kit/src/testing/database/migrations', import.meta.url))
// biome-ignore lint/correctness/useHookAtTopLevel: no hook of React
const database = useDatabase(kitMigrations)
const log = createLog('test', 'silent')
let pool: TestPool
let gateway: TestGateway
let services: { admin: Service; user: Service }

type Service = Awaited<ReturnType<typeof startService>>

/** A service on kit, with rights in the test's database. */
async function startService(name: 'user' | 'admin', sdl: string, resolvers: object) {
  const access = createAccessWatch({ db: database.db, log, now: () => new Date() })
  const key = testRequestKey()
  let answered = 0
  const subgraph = await createSubgraph({
    name,
    schema: buildSchema(sdl, resolvers),
    createCtx: (caller) => testCtx(database, caller),
    requestKeys: [key],
    jwks: (await generateServiceKeys(name)).jwks,
    log,
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
    access,
  })
  const server = subgraph.createServer()
  server.on('request', ({ url }) => {
    if (url === '/graphql') answered++
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async (): Promise<void> => {
    await subgraph.close()
    server.close()
    server.closeAllConnections()
  }
  const part: TestSubgraph = { name, sdl, url, keys: [key], seen: [], close: () => void close() }
  return { part, server, close, answered: () => answered }
}

beforeAll(async () => {
  pool = await startPool()
  const events = () => streamChanges(createChangeSignal(), async () => ({}))
  services = {
    user: await startService(
      'user',
      `${common} type Query { hello: String @public } type Subscription { mine: String @authenticated }`,
      { Query: { hello: () => 'hello' }, Subscription: { mine: { subscribe: events, resolve: () => 'mine' } } },
    ),
    admin: await startService(
      'admin',
      `${common} type Query { staff: String @requiresScopes(scopes: [["admin"]]) money: String @requiresScopes(scopes: [["admin:finance"], ["admin:superadmin"]]) }`,
      { Query: { staff: () => 'staff', money: () => 'money' } },
    ),
  }
  gateway = await startGateway([services.user.part, services.admin.part], pool, {
    rights: { accounts: 'user', staff: 'admin' },
  })
})

afterAll(async () => {
  await gateway.close()
  await Promise.all([services.user.close(), services.admin.close()])
  pool.close()
})

let people = 0

/** A new user, with a token for these groups. */
async function somebody(groups = ['user']) {
  const sub = `0190f5a4-0000-7000-8000-0000000001${String(++people).padStart(2, '0')}`
  const token = await pool.token({ sub, 'cognito:groups': groups })
  return { userId: idFromUuid('usr', sub), token, run: (query: string) => gateway.run(query, { token }) }
}

const ctx = () => testCtx(database)
const codeOf = ({ body }: Awaited<ReturnType<TestGateway['run']>>) => body.errors?.[0]?.extensions['code']
const soon = { timeout: 2_000, interval: 20 }

test('staff membership grants nothing, a role grants what the schema says', async () => {
  const [outsider, finance, support] = [await somebody(['admin']), await somebody(['admin']), await somebody(['admin'])]
  await applyStaffRole(ctx(), { userId: finance.userId, version: 1, role: 'FINANCE' })
  await applyStaffRole(ctx(), { userId: support.userId, version: 1, role: 'SUPPORT' })
  expect(codeOf(await outsider.run('{ staff }'))).toBe('FORBIDDEN')
  expect((await support.run('{ staff }')).body.data).toEqual({ staff: 'staff' })
  expect(codeOf(await support.run('{ money }'))).toBe('FORBIDDEN')
  expect((await finance.run('{ staff money }')).body.data).toEqual({ staff: 'staff', money: 'money' })
})

test('changed roles and suspensions apply at once, before any service is asked', async () => {
  const staff = await somebody(['user', 'admin'])
  await applyStaffRole(ctx(), { userId: staff.userId, version: 1, role: 'SUPERADMIN' })
  expect((await staff.run('{ money }')).body.data).toEqual({ money: 'money' })
  await applyStaffRole(ctx(), { userId: staff.userId, version: 2, role: 'SUPPORT' })
  await vi.waitFor(async () => expect(codeOf(await staff.run('{ money }'))).toBe('FORBIDDEN'), soon)
  await applyStaffRole(ctx(), { userId: staff.userId, version: 3, role: null })
  await vi.waitFor(async () => expect(codeOf(await staff.run('{ staff }'))).toBe('FORBIDDEN'), soon)
  expect((await staff.run('{ hello }')).body.data).toEqual({ hello: 'hello' })
  await applyAccountStatus(ctx(), { userId: staff.userId, version: 2, status: 'SUSPENDED' })
  await vi.waitFor(async () => expect((await staff.run('{ hello }')).status).toBe(403), soon)
  const before = services.user.answered()
  const refused = await staff.run('{ hello }')
  expect({ status: refused.status, code: codeOf(refused) }).toEqual({ status: 403, code: 'USER_SUSPENDED' })
  expect(services.user.answered()).toBe(before)
  await applyAccountStatus(ctx(), { userId: staff.userId, version: 3, status: 'ACTIVE' })
  await vi.waitFor(async () => expect((await staff.run('{ hello }')).status).toBe(200), soon)
})

test('rejects the token of a deleted account', async () => {
  const gone = await somebody()
  await applyAccountStatus(ctx(), { userId: gone.userId, version: 2, status: 'DELETED' })
  const refused = await gone.run('{ hello }')
  expect({ status: refused.status, code: codeOf(refused) }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
})

test('ends a suspended user’s streams with the reason, and closes their WebSockets', async () => {
  const fan = await somebody()
  const stream = await openSse(gateway.url, { query: 'subscription { mine }' }, { token: fan.token })
  onTestFinished(() => stream.close())
  expect(await stream.next()).toMatchObject({ json: { data: { mine: 'mine' } } })
  const closed = Promise.withResolvers<number>()
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${fan.token}` },
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    on: { closed: (event) => closed.resolve((event as { code: number }).code) },
  })
  onTestFinished(() => void client.dispose())
  const socket = client.iterate({ query: 'subscription { mine }' })
  expect((await socket.next()).value).toEqual({ data: { mine: 'mine' } })
  await applyAccountStatus(ctx(), { userId: fan.userId, version: 2, status: 'SUSPENDED' })
  const last = await stream.next()
  expect(last).toMatchObject({ json: { errors: [{ extensions: { code: 'USER_SUSPENDED' } }] } })
  expect(await closed.promise).toBe(4403)
})

test('closes the WebSocket of a user whose role changes with 1012; the official client reconnects with the new rights', async () => {
  const staff = await somebody(['user', 'admin'])
  await applyStaffRole(ctx(), { userId: staff.userId, version: 1, role: 'SUPPORT' })
  expect((await staff.run('{ staff }')).body.data).toEqual({ staff: 'staff' })
  const closes: number[] = []
  const client = createClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${staff.token}` },
    retryWait: async () => undefined,
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  })
  onTestFinished(() => void client.dispose())
  const mine = client.iterate({ query: 'subscription { mine }' })
  expect((await mine.next()).value).toEqual({ data: { mine: 'mine' } })
  await applyStaffRole(ctx(), { userId: staff.userId, version: 2, role: 'FINANCE' })
  expect((await mine.next()).value).toEqual({ data: { mine: 'mine' } })
  expect(closes).toEqual([1012])
})

test('uses cached rights while the services are down', async () => {
  const [known, fresh] = [await somebody(), await somebody()]
  await applyAccountStatus(ctx(), { userId: known.userId, version: 2, status: 'SUSPENDED' })
  await vi.waitFor(async () => expect((await known.run('{ hello }')).status).toBe(403), soon)
  await services.user.close()
  expect((await known.run('{ hello }')).status).toBe(403)
  expect((await fresh.run('{ __typename }')).status).toBe(200)
  expect(codeOf(await fresh.run('{ hello }'))).toBe('UNAVAILABLE')
})
