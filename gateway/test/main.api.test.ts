import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { common, writeSupergraph } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const supergraphFile = join(mkdtempSync(join(tmpdir(), 'tikitu-gateway-')), 'supergraph.graphql')

let pool: TestPool
let subgraph: TestSubgraph
let arrived: Promise<void>
let arrive: () => void
let release: () => void
const running: ChildProcess[] = []

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', `${common} type Query { hello: String! @public slow: String! @public }`, {
    Query: {
      hello: () => 'hello',
      slow: () => {
        arrive()
        return new Promise((resolve) => {
          release = () => resolve('done')
        })
      },
    },
  })
  writeSupergraph(supergraphFile, [subgraph])
  arrived = new Promise((resolve) => {
    arrive = resolve
  })
})

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

afterAll(() => {
  subgraph.close()
  pool.close()
})

function start(environment: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...environment },
  })
  running.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
  return { child, output: () => output }
}

const good = () => ({
  GATEWAY_COST_IN_ANSWERS: 'off',
  AWS_COGNITO_USER_POOL_ID: pool.poolId,
  AWS_COGNITO_CLIENT_ID: pool.clientId,
  AWS_COGNITO_ENDPOINT: pool.endpoint,
  GATEWAY_SUPERGRAPH_FILE: supergraphFile,
  USER_SERVICE_URL: subgraph.url,
  USER_REQUEST_KEYS: subgraph.keys.map(({ id, secret }) => `${id}:${secret.toString('base64')}`).join(','),
})

test('reports all errors of its environment and exits', async () => {
  const { child, output } = start({
    AUTH_ROUTE_SERVICE_PORT: 'http',
    GATEWAY_MAX_DEPTH: '-1',
    GATEWAY_CORS_ORIGINS: 'tickets.example',
  })
  expect((await once(child, 'exit'))[0]).toBe(1)
  const names = [
    'AUTH_ROUTE_SERVICE_PORT',
    'GATEWAY_MAX_DEPTH',
    'AWS_COGNITO_USER_POOL_ID',
    'AWS_COGNITO_CLIENT_ID',
    'GATEWAY_CORS_ORIGINS',
  ]
  for (const name of names) expect(output()).toContain(name)
})

test.each([
  ['keys of a subgraph are missing', { USER_REQUEST_KEYS: '' }, 'USER_REQUEST_KEYS is missing'],
  ['keys of a subgraph are too short', { USER_REQUEST_KEYS: 'a:c2hvcnQ=' }, 'USER_REQUEST_KEYS must be'],
  ['there is no supergraph', { GATEWAY_SUPERGRAPH_FILE: '/nowhere/supergraph.graphql' }, '/nowhere/supergraph.graphql'],
])('does not start when %s', async (...[, change, message]) => {
  const { child, output } = start({ ...good(), ...change })
  expect((await once(child, 'exit'))[0]).toBe(1)
  expect(output()).toContain(message)
  expect(output()).not.toContain('    at ')
})

test('completes requests in progress on SIGTERM, and exits with 0', async () => {
  const port = await freePort()
  const { child } = start({ ...good(), AUTH_ROUTE_SERVICE_PORT: String(port) })
  const url = `http://127.0.0.1:${port}/graphql`
  const ask = (query: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }).then((r) => r.json())
  await expect.poll(() => ask('{ hello }').catch(() => null), { timeout: 15_000 }).toEqual({ data: { hello: 'hello' } })
  const slow = ask('{ slow }')
  await arrived
  child.kill('SIGTERM')
  await expect.poll(() => ask('{ hello }').catch(() => 'refused'), { timeout: 5_000 }).toBe('refused')
  release()
  expect(await slow).toEqual({ data: { slow: 'done' } })
  expect((await once(child, 'exit'))[0]).toBe(0)
})

test('outside production, it rejects other host names', async () => {
  const port = await freePort()
  start({ ...good(), NODE_ENV: 'development', AUTH_ROUTE_SERVICE_PORT: String(port) })
  const statusFor = async (host: string) => {
    const sent = request({ port, host: '127.0.0.1', path: '/health/live', headers: { host } })
    sent.end()
    return ((await once(sent, 'response'))[0] as IncomingMessage).resume().statusCode
  }
  await expect.poll(() => statusFor('localhost').catch(() => null), { timeout: 15_000 }).toBe(200)
  expect(await statusFor(`127.0.0.1:${port}`)).toBe(200)
  expect(await statusFor(`evil.example:${port}`)).toBe(403)
})

test('listens on loopback only, unless NODE_ENV is set', async () => {
  const { child, output } = start({ ...good(), NODE_ENV: '', HOST: '0.0.0.0' })
  expect((await once(child, 'exit'))[0]).toBe(1)
  expect(output()).toContain('NODE_ENV: is not set, and HOST is 0.0.0.0')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
