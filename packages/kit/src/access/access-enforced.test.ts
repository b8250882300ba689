import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { signRequest } from '../auth/request-signatures.ts'
import { generateServiceKeys } from '../auth/signing-keys.ts'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { createLog } from '../base/log.ts'
import { buildSchema } from '../graphql/schema.ts'
import { createSubgraph } from '../service/create-subgraph.ts'
import { createChangeSignal } from '../subscriptions/change-signal.ts'
import { streamChanges } from '../subscriptions/change-stream.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx, testStaff, testUser } from '../testing/graphql/context.ts'
import { testRequestKey } from '../testing/graphql/subgraph.ts'
import { accessChangesPath, accessSubjectPath } from './access-routes.ts'
import { applyAccountStatus, applyStaffRole } from './access-subjects.ts'
import { createAccessWatch } from './access-watch.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const log = createLog('test', 'silent')
const key = testRequestKey()
const ctx = () => testCtx(database)
const soon = { timeout: 2_000, interval: 10 }
let url: string
let close: () => Promise<void>
let resolved = 0

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  type Item @key(fields: "id") { id: ID! name: String }
  type Query { open: String @public money: String @requiresScopes(scopes: [["admin:finance"], ["admin:superadmin"]]) }
  type Subscription { ticks: String @public }
`

beforeAll(async () => {
  const count = <T>(value: T) => {
    resolved++
    return value
  }
  const subgraph = await createSubgraph({
    name: 'shop',
    schema: buildSchema(sdl, {
      Query: { open: () => count('open'), money: () => count('money') },
      Item: { __resolveReference: ({ id }: { id: string }) => count({ id, name: 'item' }) },
      Subscription: {
        ticks: { subscribe: () => streamChanges(createChangeSignal(), async () => ({})), resolve: () => 'tick' },
      },
    }),
    createCtx: (caller) => testCtx(database, caller),
    requestKeys: [key],
    jwks: (await generateServiceKeys('shop')).jwks,
    log,
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
    access: createAccessWatch({ db: database.db, log, now: () => new Date() }),
  })
  const server = subgraph.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = async () => {
    await subgraph.close()
    server.close()
    server.closeAllConnections()
  }
})
afterAll(() => close())

async function post(path: string, viewer: Viewer | null, body: object) {
  const text = JSON.stringify(body)
  const accept = text.includes('subscription') ? 'text/event-stream' : 'application/json'
  const signed = viewer && signRequest({ method: 'POST', path, body: text }, viewer, { key, now: new Date() })
  const headers = { 'content-type': 'application/json', accept, ...signed }
  return await fetch(`${url}${path}`, { method: 'POST', headers, body: text })
}

async function codeOf(viewer: Viewer, query: string): Promise<string | null> {
  const { errors } = (await (await post('/graphql', viewer, { query })).json()) as {
    errors?: { extensions: { code: string } }[]
  }
  return errors?.[0]?.extensions.code ?? null
}

const entity = '{ _entities(representations: [{ __typename: "Item", id: "1" }]) { ... on Item { name } } }'

test('asks its own facts before any resolver, however new the signed claims look', async () => {
  const [fan, chief, gone] = [testUser(), testStaff('SUPERADMIN'), testUser()]
  expect([await codeOf(fan, entity), await codeOf(chief, '{ money }'), await codeOf(gone, '{ open }')]).toEqual([
    null,
    null,
    null,
  ])
  await applyAccountStatus(ctx(), { userId: fan.userId, version: 2, status: 'SUSPENDED' })
  await applyStaffRole(ctx(), { userId: chief.userId, version: 2, role: null })
  await applyAccountStatus(ctx(), { userId: gone.userId, version: 2, status: 'DELETED' })
  await vi.waitFor(async () => {
    const codes = [await codeOf(fan, entity), await codeOf(chief, '{ money }'), await codeOf(gone, '{ open }')]
    expect(codes).toEqual(['USER_SUSPENDED', 'FORBIDDEN', 'UNAUTHENTICATED'])
  }, soon)
  const before = resolved
  for (const query of [entity, '{ open }']) expect(await codeOf(fan, query)).toBe('USER_SUSPENDED')
  expect(resolved).toBe(before)
})

test('ends the stream of whoever is suspended, and begins no other', async () => {
  const fan = testUser()
  const ask = () => post('/graphql', fan, { query: 'subscription { ticks }' })
  const stream = await ask()
  const whole = stream.text()
  await applyAccountStatus(ctx(), { userId: fan.userId, version: 2, status: 'SUSPENDED' })
  expect(await whole).toMatch(/^event: next\ndata: .*tick.*\n\n$/)
  const refused = await ask()
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'USER_SUSPENDED' } }] })
})

test('tells of rights to nobody but the gateway', async () => {
  const support = testStaff('SUPPORT')
  await applyStaffRole(ctx(), { userId: support.userId, version: 3, role: 'FINANCE' })
  const described = await post(accessSubjectPath, support, {})
  expect(await described.json()).toMatchObject({ accountStatus: 'ACTIVE', staffRole: 'FINANCE', staffVersion: 3 })
  const changes = await post(accessChangesPath, anonymous, { cursor: null })
  expect(await changes.json()).toMatchObject({ cursor: expect.stringMatching(/^acw_/) })
  for (const path of [accessSubjectPath, accessChangesPath]) {
    expect((await post(path, null, { cursor: null })).status).toBe(401)
  }
  expect((await post(accessSubjectPath, anonymous, {})).status).toBe(400)
})
