import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signRequest } from '../auth/request-signatures.ts'
import { generateServiceKeys } from '../auth/signing-keys.ts'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { DomainError } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { buildSchema } from '../graphql/schema.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx, testUser } from '../testing/graphql/context.ts'
import { testRequestKey } from '../testing/graphql/subgraph.ts'
import { createSubgraph } from './create-subgraph.ts'

class Sold extends DomainError {
  override readonly name = 'Sold'
  readonly code = 'SOLD'
  readonly left = 2
}

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  scalar DateTime
  interface Refusal { code: String! message: String! }
  type Sold implements Refusal { code: String! message: String! left: Int! }
  type Item @key(fields: "id") { id: ID! cost: Int @requiresScopes(scopes: [["staff"]]) madeAt: DateTime! }
  union Sale = Item | Sold
  type Query { open: String @public mine: String @authenticated staff: String @requiresScopes(scopes: [["staff"], ["user", "vip"]]) item: Item @public broken: String @public busy: String @public echo(text: String!): String @public waits: String @public }
  type Mutation { sell(works: Boolean!): Sale! @public }
`
let begun: () => void = () => undefined
let gone: () => void = () => undefined
const item = { id: 'itm_1', cost: 5, madeAt: new Date('2027-03-01T10:00:00Z') }
const resolvers = {
  Query: {
    open: () => 'open',
    mine: () => 'mine',
    staff: () => 'staff',
    item: () => item,
    echo: (_: unknown, { text }: { text: string }) => text,
    busy: async () => {
      const holder = await database.pool.connect()
      await holder.query('begin; select pg_advisory_xact_lock(77)')
      const waiting = database.db.transaction(async (tx) => {
        await tx.execute(sql`set local lock_timeout = '20ms'`)
        await tx.execute(sql`select pg_advisory_xact_lock(77)`)
      })
      await waiting.finally(() => holder.query('rollback').then(() => holder.release()))
    },
    waits: async (_: unknown, _args: unknown, { signal }: { signal: AbortSignal }) => {
      begun()
      await once(signal, 'abort').then(gone)
      signal.throwIfAborted()
    },
    broken: () => {
      throw new Error('secret at db.internal:5432')
    },
  },
  Mutation: {
    sell: (_: unknown, { works }: { works: boolean }) =>
      works ? Promise.resolve(item) : Promise.reject(new Sold('Sold out.')),
  },
}

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))
const key = testRequestKey()
const close: (() => unknown)[] = []
let base = ''

beforeAll(async () => {
  const keys = await generateServiceKeys('shop')
  const subgraph = await createSubgraph({
    name: 'shop',
    schema: buildSchema(sdl, resolvers),
    createCtx: (caller) => testCtx(database, caller),
    requestKeys: [key],
    jwks: keys.jwks,
    log: createLog('shop', 'silent'),
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => void (await database.db.execute(sql`select 1`)),
    routes: { 'GET /pages/*': async (request, response) => void response.end(request.url) },
  })
  const server = subgraph.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => subgraph.apollo.stop(),
  )
})
afterAll(() => Promise.all(close.map((each) => each())))

async function ask(query: string, viewer: Viewer, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ query })
  const signed = signRequest({ method: 'POST', path: '/graphql', body }, viewer, { key, now: new Date() })
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...signed, ...headers },
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    json: JSON.parse(text) as {
      data?: Record<string, unknown>
      errors?: { message: string; extensions: Record<string, unknown> }[]
    },
  }
}

const codes = (answer: Awaited<ReturnType<typeof ask>>) => answer.json.errors?.map((error) => error.extensions['code'])

test('answers a signed request as the viewer it names', async () => {
  expect((await ask('{ open mine }', testUser())).json).toEqual({ data: { open: 'open', mine: 'mine' } })
})

test('answers 401 to an unsigned request, and to one whose claims were changed', async () => {
  const unsigned = await fetch(`${base}/graphql`, {
    method: 'POST',
    body: '{"query":"{ open }"}',
    headers: { 'content-type': 'application/json' },
  })
  expect(unsigned.status).toBe(401)
  expect((await ask('{ open }', anonymous, { 'x-user-groups': 'staff' })).status).toBe(401)
})

test('refuses a field to whoever its directive does not let in', async () => {
  expect(codes(await ask('{ mine }', anonymous))).toEqual(['UNAUTHENTICATED'])
  expect(codes(await ask('{ staff }', anonymous))).toEqual(['UNAUTHENTICATED'])
  expect(codes(await ask('{ staff }', testUser({ groups: ['user'] })))).toEqual(['FORBIDDEN'])
  expect((await ask('{ staff }', testUser({ groups: ['vip', 'user'] }))).json.data).toEqual({ staff: 'staff' })
})

test('guards a field of an object, however it is reached', async () => {
  const answer = await ask('{ item { id cost } }', testUser())
  expect(answer.json.data).toEqual({ item: { id: 'itm_1', cost: null } })
  expect(codes(answer)).toEqual(['FORBIDDEN'])
})

test('tells a success from a refusal in a result union, and writes moments in ISO 8601', async () => {
  const query =
    'mutation { yes: sell(works: true) { ... on Item { id madeAt } } no: sell(works: false) { __typename ... on Refusal { code message } ... on Sold { left } } }'
  expect((await ask(query, anonymous)).json.data).toEqual({
    yes: { id: 'itm_1', madeAt: '2027-03-01T10:00:00.000Z' },
    no: { __typename: 'Sold', code: 'SOLD', message: 'Sold out.', left: 2 },
  })
})

test('says nothing of what went wrong inside but an id for the log', async () => {
  const answer = await ask('{ broken }', anonymous)
  expect(answer.json.errors).toMatchObject([
    { message: 'Internal server error', extensions: { errorId: expect.stringMatching(/^err_/) } },
  ])
  expect(answer.text).not.toMatch(/secret|internal:|stack/i)
})

test('says that a lock could not be had in time, and that it may be tried again', async () => {
  const answer = await ask('{ busy }', anonymous)
  expect(answer.json.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' })
})

test('refuses text that no database keeps, written out or as a variable', async () => {
  const answer = await ask('{ echo(text: "a\\u0000b") }', anonymous)
  expect(answer).toMatchObject({ status: 200, json: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } })
})

test('does once what is sent twice, even at the same time, and refuses the copy', async () => {
  const post = async (query: string, times: number) => {
    const body = JSON.stringify({ query })
    const headers = signRequest({ method: 'POST', path: '/graphql', body }, anonymous, { key, now: new Date() })
    const send = () =>
      fetch(`${base}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    const answers = await Promise.all(Array.from({ length: times }, send))
    return answers.map(({ status }) => status).toSorted()
  }
  expect(await post('mutation { __typename }', 3)).toEqual([200, 401, 401])
  expect(await post('fragment F on Mutation { __typename } mutation Hidden { ...F }', 2)).toEqual([200, 401])
  expect(await post('{ echo(text: "a") }', 3)).toEqual([200, 200, 200])
})

test('answers what is not JSON, not here, or too long with a plain status', async () => {
  const body = '{"query":'
  const headers = signRequest({ method: 'POST', path: '/graphql', body }, anonymous, { key, now: new Date() })
  expect((await fetch(`${base}/graphql`, { method: 'POST', body, headers })).status).toBe(400)
  expect((await fetch(`${base}/nowhere`)).status).toBe(404)
  expect((await fetch(`${base}/graphql`, { method: 'POST', body: 'x'.repeat(5_000_000) })).status).toBe(413)
})

test('publishes its keys and its health without a signature', async () => {
  expect(await (await fetch(`${base}/health`)).json()).toEqual({ service: 'shop', status: 'ok' })
  expect(await (await fetch(`${base}/.well-known/jwks.json`)).json()).toMatchObject({
    keys: [{ kty: 'OKP', crv: 'Ed25519' }],
  })
})

test('answers at its own routes, where a star stands for one segment that is not empty', async () => {
  expect(await (await fetch(`${base}/pages/one?two`)).text()).toBe('/pages/one?two')
  for (const path of ['/pages', '/pages/', '/pages/one/two']) expect((await fetch(`${base}${path}`)).status).toBe(404)
  expect((await fetch(`${base}/pages/one`, { method: 'POST' })).status).toBe(404)
})

test('does not start when a root field does not say who may call it', () => {
  const silent = sdl.replace('open: String @public', 'open: String')
  expect(() => buildSchema(silent, resolvers)).toThrow(/Query.open needs an access directive/)
})

test('does not start when a query could not be null', () => {
  const stubborn = sdl.replace('open: String @public', 'open: String! @public')
  expect(() => buildSchema(stubborn, resolvers)).toThrow(/Query.open must be nullable/)
})

test('work hears that its caller has gone', async () => {
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const hasGone = new Promise<void>((resolve) => {
    gone = resolve
  })
  const caller = new AbortController()
  const body = JSON.stringify({ query: '{ waits }' })
  const signed = signRequest({ method: 'POST', path: '/graphql', body }, anonymous, { key, now: new Date() })
  const headers = { 'content-type': 'application/json', ...signed }
  const asked = fetch(`${base}/graphql`, { method: 'POST', body, headers, signal: caller.signal })
  await hasBegun
  caller.abort()
  await expect(asked).rejects.toThrow()
  await hasGone
})
