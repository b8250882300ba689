import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from 'graphql-ws'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { writeSupergraph } from '../harness.ts'
import { startPool } from '../pool.ts'
import type { TestSubgraph } from '../subgraphs.ts'
import { freeOf, seats, socketUrl } from './live-gateway.ts'
import { startLiveGraph } from './live-graph.ts'
import { openSse } from './sse-client.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const maxStopMs = 6_000

test('SIGTERM ends streams and sockets without `complete`, and the process within seconds despite idle connections', async () => {
  const { child, url } = await startProcess()
  const stream = await openSse(url, seats)
  expect(await stream.next()).toEqual(freeOf(10))
  const closes: number[] = []
  const client = createClient({
    url: socketUrl({ url }),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: (event) => closes.push((event as { code: number }).code) },
  })
  const events = client.iterate({ query: seats })
  expect((await events.next()).value).toEqual({ data: { seats: { free: 10 } } })
  const spare = connect(Number(new URL(url).port), '127.0.0.1')
  await once(spare, 'connect')
  const began = performance.now()
  child.kill('SIGTERM')
  const [last, dropped] = await Promise.allSettled([stream.next(), events.next()])
  expect(last).toEqual({ status: 'fulfilled', value: null })
  expect(dropped).toMatchObject({ status: 'rejected', reason: { code: 1001 } })
  expect((await once(child, 'exit'))[0]).toBe(0)
  expect(closes).toEqual([1001])
  expect(performance.now() - began).toBeLessThan(maxStopMs)
}, 60_000)

/** A gateway over the live graph in its own process. */
async function startProcess() {
  const pool = await startPool()
  const graph = await startLiveGraph()
  const supergraphFile = join(mkdtempSync(join(tmpdir(), 'tikitu-gateway-')), 'supergraph.graphql')
  writeSupergraph(supergraphFile, [graph.booking, graph.partner])
  const port = await freePort()
  const keysOf = ({ keys }: TestSubgraph) =>
    keys.map(({ id, secret }) => `${id}:${secret.toString('base64')}`).join(',')
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      GATEWAY_COST_IN_ANSWERS: 'off',
      AUTH_ROUTE_SERVICE_PORT: String(port),
      AWS_COGNITO_USER_POOL_ID: pool.poolId,
      AWS_COGNITO_CLIENT_ID: pool.clientId,
      AWS_COGNITO_ENDPOINT: pool.endpoint,
      GATEWAY_SUPERGRAPH_FILE: supergraphFile,
      BOOKING_SERVICE_URL: graph.booking.url,
      BOOKING_REQUEST_KEYS: keysOf(graph.booking),
      PARTNER_SERVICE_URL: graph.partner.url,
      PARTNER_REQUEST_KEYS: keysOf(graph.partner),
    },
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    graph.close()
    pool.close()
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok ?? false
  await expect.poll(isReady, { timeout: 40_000, interval: 200 }).toBe(true)
  return { child, url }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
