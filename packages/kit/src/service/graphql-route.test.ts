import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signRequest } from '../auth/request-signatures.ts'
import { generateServiceKeys } from '../auth/signing-keys.ts'
import { anonymous, type Viewer } from '../auth/viewer.ts'
import { DomainError, Unauthenticated } from '../base/errors.ts'
import { createLog } from '../base/log.ts'
import { buildSchema } from '../graphql/schema.ts'
import { testCtx, testUser } from '../testing/graphql/context.ts'
import { testRequestKey } from '../testing/graphql/subgraph.ts'
import { createSubgraph } from './create-subgraph.ts'

class Sold extends DomainError {
  override readonly name = 'Sold'
  readonly code = 'SOLD'
}

const sdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  enum CacheControlScope { PUBLIC PRIVATE }
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  scalar DateTime
  type Item @key(fields: "id") { id: ID! cost: Int! }
  type Query {
    kept: String @public @cacheControl(maxAge: 60)
    keptUnlessSold: String @public @cacheControl(maxAge: 60)
    mine: String @authenticated
    item(id: ID!): Item @public
    sold: String @public
    broken: String @public
    echo(text: String!): String @public
  }
`
const resolvers = {
  Query: {
    kept: () => 'kept',
    mine: (_: unknown, _args: unknown, { viewer }: { viewer: Viewer }) =>
      viewer.kind === 'user' ? viewer.userId : new Unauthenticated(),
    item: (_: unknown, { id }: { id: string }) => ({ id, cost: id === 'none' ? null : 5 }),
    sold: () => new Sold('Sold out.'),
    keptUnlessSold: () => new Sold('Sold out.'),
    broken: () => Promise.reject(new Error('secret at db.internal:5432')),
    echo: (_: unknown, { text }: { text: string }) => text,
  },
}
const key = testRequestKey()
const close: (() => unknown)[] = []

async function start(): Promise<string> {
  const keys = await generateServiceKeys('shop')
  const subgraph = await createSubgraph({
    name: 'shop',
    schema: buildSchema(sdl, resolvers),
    createCtx: (caller) => testCtx({} as never, caller),
    requestKeys: [key],
    jwks: keys.jwks,
    log: createLog('shop', 'silent'),
    receive: async () => ({ status: 204, message: '' }),
    checkReady: async () => undefined,
  })
  const server = subgraph.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  close.push(() => server.closeAllConnections(), subgraph.close)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

let base: string
beforeAll(async () => {
  base = await start()
  // Makes it known, so that what is wrong with its variables is found after the pipeline was bypassed.
  await send({ body: { query: item, variables: { id: 'one' } } })
})
afterAll(() => Promise.all(close.map((each) => each())))

interface Sent {
  body: unknown
  viewer?: Viewer
  accept?: string
}

/** Everything of an answer that does not depend on the moment. */
async function send({ body, viewer = anonymous, accept = 'application/json' }: Sent, url = base) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const signed = signRequest({ method: 'POST', path: '/graphql', body: text }, viewer, { key, now: new Date() })
  const headers = { 'content-type': 'application/json', accept, ...signed }
  const response = await fetch(url, { method: 'POST', body: text, headers })
  const { date: _date, ...kept } = Object.fromEntries(response.headers)
  return { status: response.status, headers: kept, text: (await response.text()).replace(/err_\w+/, 'err_…') }
}

const item = 'query Item($id: ID!) { item(id: $id) { id cost } }'

describe.for<[what: string, sent: Sent]>([
  ['a plain operation', { body: { query: '{ __typename }' } }],
  ['one with a variable', { body: { query: item, variables: { id: 'one' } } }],
  ['one by its name', { body: { query: `${item} query Other { sold }`, operationName: 'Other' } }],
  ['one of several, unnamed', { body: { query: `${item} query Other { sold }` } }],
  ['one by a name that none has', { body: { query: item, operationName: 'Nobody', variables: { id: 'one' } } }],
  ['one that may be kept', { body: { query: '{ kept }' } }],
  ['one that could be kept without its error', { body: { query: '{ kept keptUnlessSold }' } }],
  ['one that is the viewer’s', { body: { query: '{ mine }' }, viewer: testUser({ userId: 'usr_1' }) }],
  ['one that is refused', { body: { query: '{ mine kept }' } }],
  ['a refusal', { body: { query: '{ sold }' } }],
  ['an error that nobody foresaw', { body: { query: '{ broken }' } }],
  ['null where it may not be', { body: { query: item, variables: { id: 'none' } } }],
  ['a variable that is refused', { body: { query: item, variables: { id: {} } } }],
  ['a variable that is missing', { body: { query: item } }],
  [
    'text that no database keeps',
    { body: { query: 'query ($t: String!) { echo(text: $t) }', variables: { t: 'a\u0000' } } },
  ],
  ['such text, written out', { body: { query: '{ echo(text: "a\\u0000") }' } }],
  ['what is not valid', { body: { query: '{ nothing }' } }],
  ['what is not GraphQL', { body: { query: '{' } }],
  ['introspection', { body: { query: '{ __schema { queryType { name } } }' } }],
  ['no operation', { body: {} }],
  ['a list', { body: [{ query: '{ kept }' }] }],
  ['variables that are a list', { body: { query: '{ kept }', variables: [] } }],
  ['variables that are null', { body: { query: '{ kept }', variables: null } }],
  ['a name that is null', { body: { query: '{ kept }', operationName: null } }],
  ['extensions', { body: { query: '{ kept }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } } }],
  ['other things asked for', { body: { query: '{ kept }' }, accept: 'application/graphql-response+json' }],
  ['things that are not to be had', { body: { query: '{ kept }' }, accept: 'text/html' }],
  ['what is not JSON', { body: '{' }],
])('%s', ([, sent]) => {
  test('is answered twice as by Apollo Server, which a new service leaves its first request to', async () => {
    const expected = await send(sent, await start())
    expect(await send(sent)).toEqual(expected)
    expect(await send(sent)).toEqual(expected)
  })
})

test('an operation that is known is still another for other variables, viewers and names', async () => {
  const text = async (sent: Sent) => JSON.parse((await send(sent)).text)
  const both = `query A($id: ID!) { item(id: $id) { id } } query B { mine }`
  const a = (id: string) => ({ body: { query: both, operationName: 'A', variables: { id } } })
  const b = (userId: string) => ({ body: { query: both, operationName: 'B' }, viewer: testUser({ userId }) })
  for (const id of ['one', 'two', 'one']) expect(await text(a(id))).toEqual({ data: { item: { id } } })
  for (const id of ['usr_1', 'usr_2', 'usr_2']) expect(await text(b(id))).toEqual({ data: { mine: id } })
  expect(await text(a('three'))).toEqual({ data: { item: { id: 'three' } } })
  const { errors } = await text({ body: { query: both, operationName: 'B' } })
  expect(errors[0].extensions.code).toBe('UNAUTHENTICATED')
})

test('text that no database keeps is refused in a known operation too', async () => {
  const query = 'query Echo($text: String!) { echo(text: $text) }'
  for (const text of ['one', 'two']) {
    expect((await send({ body: { query, variables: { text } } })).text).toContain(`"echo":"${text}"`)
  }
  const refused = await send({ body: { query, variables: { text: 'a\u0000b' } } })
  expect(refused).toMatchObject({ status: 200, text: expect.stringContaining('BAD_USER_INPUT') })
})
