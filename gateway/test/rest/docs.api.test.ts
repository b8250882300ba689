import { restEndpoints } from '@tikitu/schema/rest/endpoints'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { GatewayOptions } from '../../src/server.ts'
import { common, startGateway, type TestGateway } from '../harness.ts'
import { startPool, type TestPool } from '../pool.ts'
import { startSubgraph, type TestSubgraph } from '../subgraphs.ts'

let pool: TestPool
let subgraph: TestSubgraph
let gateway: TestGateway

const start = async (overrides: Partial<GatewayOptions>) =>
  await startGateway([subgraph], pool, { restEndpoints, explorers: true, ...overrides })

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('booking', `${common} type Query { hello: String @public }`, {})
  gateway = await start({ demoAccounts: [{ email: 'a</script>@x.example', password: 'secret' }] })
})

afterAll(async () => {
  await gateway.close()
  subgraph.close()
  pool.close()
})

test('the OpenAPI document is served, and revalidated by its ETag', async () => {
  const response = await fetch(`${gateway.url}/api/openapi.json`)
  expect(await response.json()).toMatchObject({ openapi: '3.1.1', info: { title: 'Tikitu' } })
  const headers = { 'if-none-match': response.headers.get('etag') ?? '' }
  expect((await fetch(`${gateway.url}/api/openapi.json`, { headers })).status).toBe(304)
})

test('the page and its files load nothing from elsewhere', async () => {
  const page = await fetch(`${gateway.url}/api/docs`)
  const policy = page.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/)
  const html = await page.text()
  expect(html).not.toContain('</script>@x')
  const sources = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source = '']) => source)
  for (const source of sources.filter((one) => !one.startsWith('data:')))
    expect((await fetch(gateway.url + source)).status).toBe(200)
  for (const source of ['/api/docs/', '/api/docs/index.html', '/api/docs/..%2Fpackage.json'])
    expect((await fetch(gateway.url + source)).status).toBe(404)
})

test.each([
  ['without introspection', { introspection: false }, [404, 404]],
  ['without explorers', { explorers: false }, [200, 404]],
  ['for a graph without REST', { restEndpoints: [] }, [404, 404]],
])('%s the document or its page is not served', async (_name, overrides, statuses) => {
  const other = await start(overrides)
  onTestFinished(other.close)
  const answers = await Promise.all(['openapi.json', 'docs'].map((path) => fetch(`${other.url}/api/${path}`)))
  expect(answers.map(({ status }) => status)).toEqual(statuses)
})
