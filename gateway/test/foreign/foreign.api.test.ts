import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeParts } from '@tikitu/schema/compose'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPool, type TestPool } from '../pool.ts'
import { freePort, type GatewayProcess, startProcess, untilReady, variablesOnPage } from './gateway-process.ts'
import { type ForeignSubgraph, startShop } from './shop.ts'

const folder = mkdtempSync(join(tmpdir(), 'tikitu-foreign-'))
const [alone = {}, signIn = {}] = variablesOnPage()

let pool: TestPool
let shop: ForeignSubgraph[]
/** The page's first `.env`, with a free port. */
let open: GatewayProcess
/** The page's second `.env`, for the test's user pool, with keys for one subgraph. */
let closed: GatewayProcess
/** States only that the graph is foreign. */
let bare: GatewayProcess

beforeAll(async () => {
  pool = await startPool()
  shop = await startShop()
  writeFileSync(join(folder, 'supergraph.graphql'), composeParts(shop).supergraphSdl)
  open = startProcess(folder, { ...alone, AUTH_ROUTE_SERVICE_PORT: await freePort() })
  closed = startProcess(folder, {
    ...alone,
    ...signIn,
    AUTH_ROUTE_SERVICE_PORT: await freePort(),
    AWS_COGNITO_USER_POOL_ID: pool.poolId,
    AWS_COGNITO_CLIENT_ID: pool.clientId,
    AWS_COGNITO_ENDPOINT: pool.endpoint,
    USER_REQUEST_KEYS: `test:${randomBytes(32).toString('base64')}`,
  })
  bare = startProcess(folder, { GATEWAY_GRAPH: 'foreign', AUTH_ROUTE_SERVICE_PORT: await freePort() })
  await Promise.all([untilReady(open), untilReady(closed)])
}, 120_000)

afterAll(async () => {
  open?.stop()
  closed?.stop()
  pool.close()
  await Promise.all(shop.map((subgraph) => subgraph.close()))
})

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
type Json = any

async function ask(gateway: GatewayProcess, query: string, { variables, token }: Asking = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = (await response.json()) as Json
  return { status: response.status, data, codes: errors?.map((error: Json) => error.extensions.code) }
}

interface Asking {
  variables?: object
  token?: string
}

const seenBy = (name: string) => shop.find((subgraph) => subgraph.name === name)?.seen.at(-1) ?? {}

test('the page has all required variables, and no placeholders', () => {
  expect(Object.keys(alone)).toEqual([
    'GATEWAY_GRAPH',
    'GATEWAY_SUPERGRAPH_FILE',
    'GATEWAY_UNMARKED_FIELDS',
    'AUTH_ROUTE_SERVICE_PORT',
  ])
  expect(Object.keys(signIn)).toContain('AWS_COGNITO_USER_POOL_ID')
})

test('joins entities of two subgraphs', async () => {
  const { data } = await ask(open, '{ latestReview { text product { id name reviews { text } } } }')
  const product = { id: '1', name: 'Lamp', reviews: [{ text: 'Bright.' }, { text: 'Warm.' }] }
  expect(data).toEqual({ latestReview: { text: 'Warm.', product } })
})

test('sends subgraphs neither a signature nor the caller', async () => {
  await ask(open, '{ products { name } }')
  const names = Object.keys(seenBy('user'))
  expect(names).toContain('x-request-id')
  expect(names.filter((name) => /^(x-user-|x-client-key|signature|content-digest|authorization)/.test(name))).toEqual(
    [],
  )
})

test('runs a mutation, then a query', async () => {
  const renamed = await ask(open, 'mutation { rename(id: "2", name: "Stool") { name reviews { text } } }')
  expect(renamed.data).toEqual({ rename: { name: 'Stool', reviews: [] } })
  const { data } = await ask(open, '{ products { id name } }')
  expect(data.products).toContainEqual({ id: '2', name: 'Stool' })
})

test('does not validate custom scalars, even those with names of Tikitu’s', async () => {
  const query =
    'query ($since: DateTime, $below: Money) { products(since: $since, below: $below) { id price changed } }'
  const lamp = { id: '1', price: { amount: '12.50', currency: 'EUR' }, changed: '2026-W48' }
  const { data } = await ask(open, query, { variables: { since: '2026-W48', below: { amount: '50' } } })
  expect(data).toEqual({ products: [lamp] })
  const literal = await ask(open, '{ products(since: "2026-W48", below: { amount: "50" }) { id price changed } }')
  expect(literal.data).toEqual({ products: [lamp] })
})

test('enforces access directives, while unmarked fields are public', async () => {
  for (const field of ['costs', 'margins', 'plans']) {
    expect(await ask(open, `{ ${field} }`)).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  }
  const partly = await ask(open, '{ invoices costs }')
  expect(partly).toMatchObject({
    status: 200,
    data: { invoices: 3, costs: null },
    codes: ['UNAUTHORIZED_FIELD_OR_TYPE'],
  })
})

test('rejects a token without a user pool', async () => {
  expect(await ask(open, '{ invoices }', { token: 'x.y.z' })).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
})

test('does not limit fields with names of Tikitu’s', async () => {
  expect((await ask(open, '{ node(id: "bkg_1") }')).data).toEqual({ node: 'node bkg_1' })
  const registering = Array.from({ length: 30 }, (_, n) => `a${n}: register(email: "a@b.example")`)
  for (let round = 0; round < 8; round++) {
    expect((await ask(open, `mutation { ${registering.slice(0, 20).join(' ')} }`)).status).toBe(200)
  }
})

test('reports the health of each subgraph, and has no service paths', async () => {
  const health = await fetch(`${open.url}/api/health`)
  const services = ['payment', 'reviews', 'user'].map((service) => ({ service, status: 'ok' }))
  expect(await health.json()).toEqual({ service: 'gateway', status: 'ok', services: expect.arrayContaining(services) })
  expect((await fetch(`${open.url}/api/v1/reviews/health`)).status).toBe(200)
  expect((await fetch(`${open.url}/webhooks/sandbox`, { method: 'POST' })).status).toBe(404)
  expect((await fetch(`${open.url}/.well-known/jwks.json`)).status).toBe(404)
})

test('allows introspection, and has GraphiQL without sign-in', async () => {
  const { data } = await ask(open, getIntrospectionQuery())
  expect(data.__schema.types.map((type: Json) => type.name)).toEqual(expect.arrayContaining(['Product', 'Money']))
  const page = await (await fetch(`${open.url}/graphiql`)).text()
  expect(page).toContain('/graphiql/explorer.js')
  expect(page).not.toMatch(/sign-in|Tikitu/)
})

test('registers a query by its hash, and serves it by GET', async () => {
  const query = '{ invoices }'
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const get = async (parameters: Record<string, string>) => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash } })
    const address = `${open.url}/graphql?${new URLSearchParams({ ...parameters, extensions })}`
    return (await fetch(address, { headers: { 'apollo-require-preflight': 'true' } })).json() as Json
  }
  expect((await get({})).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect((await get({ query })).data).toEqual({ invoices: 3 })
  expect((await get({})).data).toEqual({ invoices: 3 })
})

test('logs no warning at the start', () => {
  for (const { output } of [open, closed]) {
    const lines = output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['gateway is listening']))
    expect(output()).not.toMatch(/persisted|rights of a caller|"level":"(warn|error|fatal)"|"level":[456]0/)
  }
})

test('with a user pool, unmarked fields need a signed-in caller, and scopes come from the token', async () => {
  expect(await ask(closed, '{ invoices }')).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
  const [token, finance] = [await pool.token(), await pool.token({ scope: 'openid shop/finance' })]
  expect((await ask(closed, '{ invoices costs }', { token })).data).toMatchObject({
    invoices: 3,
    costs: [{ amount: '7.10' }],
  })
  expect(await ask(closed, '{ margins }', { token })).toMatchObject({ status: 403, codes: ['FORBIDDEN'] })
  expect((await ask(closed, '{ margins }', { token: finance })).data.margins).toHaveLength(1)
  expect(await ask(closed, '{ plans }', { token: finance })).toMatchObject({ status: 403, codes: ['FORBIDDEN'] })
  expect(await ask(closed, '{ invoices }', { token: `${token}x` })).toMatchObject({ status: 401 })
})

test('sends the caller only to subgraphs with keys', async () => {
  const token = await pool.token()
  await ask(closed, '{ costs latestReview { text } }', { token })
  expect(seenBy('user')).toMatchObject({ 'x-user-id': expect.stringMatching(/^usr_/), signature: expect.any(String) })
  expect(seenBy('reviews')).not.toHaveProperty('x-user-id')
  expect(seenBy('reviews')).not.toHaveProperty('signature')
  expect((await fetch(`${closed.url}/api/v1/user/health`)).status).toBe(200)
})

test('does not start without required variables, and names them', async () => {
  expect(await bare.exited).toBe(1)
  expect(bare.output()).toMatch(/GATEWAY_UNMARKED_FIELDS: must be public[\s\S]*GATEWAY_SUPERGRAPH_FILE: is the file/)
}, 60_000)

test('does not start without the address of a subgraph, and names the variable', async () => {
  const parts = shop.map((subgraph) => (subgraph.name === 'reviews' ? { ...subgraph, url: '' } : subgraph))
  writeFileSync(join(folder, 'placeless.graphql'), composeParts(parts).supergraphSdl)
  const variables = {
    ...alone,
    GATEWAY_SUPERGRAPH_FILE: './placeless.graphql',
    AUTH_ROUTE_SERVICE_PORT: await freePort(),
  }
  const placeless = startProcess(folder, variables)
  expect(await placeless.exited).toBe(1)
  expect(placeless.output()).toContain('REVIEWS_SERVICE_URL is missing')
}, 60_000)
