import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signRequest } from '@tikitu/kit/auth/request-signatures'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { afterEach, expect, test } from 'vitest'
import { migrations } from './factories.ts'
import { onSale } from './factories-catalogue.ts'

const database = useDatabase(migrations)
const key = { id: 'test', secret: randomBytes(32) }
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
let folder: string
let child: ChildProcess
afterEach(async () => {
  child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** The service as it runs, on the test's database; resolves when it is ready. */
async function startService(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'tikitu-booking-'))
  const port = await freePort()
  child = spawn(process.execPath, [main], {
    stdio: 'ignore',
    env: {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      BOOKING_SERVICE_PORT: String(port),
      BOOKING_DATABASE_URL: database.url,
      BOOKING_REQUEST_KEYS: `${key.id}:${key.secret.toString('base64')}`,
      BOOKING_SERVICE_KEY_FILE: join(folder, 'key.json'),
    },
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = () => fetch(`${url}/health/ready`).then(({ status }) => status, String)
  await expect.poll(isReady, { timeout: 30_000 }).toBe(200)
  return url
}

test('a process that is told to stop ends its streams, whose readers reconnect elsewhere, and exits with 0', async () => {
  const { performance: showing } = await onSale(database)
  const url = await startService()
  const query = `subscription { availabilityChanged(performanceId: "${showing.id}") { availability { isDelta } } }`
  const body = JSON.stringify({ query })
  const signed = signRequest({ method: 'POST', path: '/graphql', body }, anonymous, { key, now: new Date() })
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...signed }
  const reader = (await fetch(`${url}/graphql`, { method: 'POST', body, headers })).body?.getReader()
  const decoder = new TextDecoder()
  const next = async () => decoder.decode((await reader?.read())?.value)
  expect(await next()).toContain('"isDelta":false')
  const begun = performance.now()
  child.kill('SIGTERM')
  // No `complete`: that would say that there is no more to be had.
  expect(await next()).toBe('')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  expect(performance.now() - begun).toBeLessThan(7_000)
}, 60_000)
