import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { sendJson, serverTimeouts } from '@tikitu/kit/base/http'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { GatewayOptions } from '../src/server.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile } from './subgraphs.ts'

const sdl = `${common} type Query { hello: String @public slow: String @public }`

let pool: TestPool

beforeAll(async () => {
  pool = await startPool()
})
afterAll(() => pool.close())

/** A gateway over a subgraph that responds at once, except to `slow`, which waits in the list. */
async function over(options: Partial<GatewayOptions>) {
  const waiting: ServerResponse[] = []
  const subgraph = await startHostile('user', sdl, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (Buffer.concat(chunks).includes('slow')) waiting.push(response)
    else sendJson(response, 200, { data: { hello: 'hello' } })
  })
  const gateway = await startGateway([subgraph], pool, { proxies: 1, ...options })
  onTestFinished(async () => {
    for (const response of waiting) sendJson(response, 200, { data: { slow: 'slow' } })
    await gateway.close()
    subgraph.close()
  })
  return { gateway, waiting }
}

/** A request with an unfinished body: the response so far, and whether the connection is open. */
function beginBody({ url }: TestGateway, address: string, { accept = '*/*', upTo = '{' } = {}) {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const state = { socket, text: '', isOpen: true }
  socket.on('data', (chunk) => {
    state.text += chunk
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    state.isOpen = false
  })
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n${upTo}`,
  )
  return state
}

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
const many = (count: number) => Array.from({ length: count }, (_, i) => i)

test('unfinished bodies do not occupy slots, from any number of addresses', async () => {
  const { gateway } = await over({ concurrency: { total: 20, perAddress: 20 } })
  const slow = many(60).map((i) => beginBody(gateway, `1.1.1.${i % 3}`, i % 2 ? { accept: 'text/event-stream' } : {}))
  await Promise.all(slow.map(({ socket }) => once(socket, 'connect')))
  for (const i of many(10)) expect((await gateway.run('{ hello }', from(`2.2.2.${i}`))).status).toBe(200)
  expect((await gateway.run('{ hello }', from('1.1.1.1'))).status).toBe(200)
})

test('a body that exceeds its time limit is cancelled', async () => {
  const { gateway } = await over({ bodyTimeoutMs: 200 })
  const slow = beginBody(gateway, '1.1.1.1')
  await expect.poll(() => slow.isOpen).toBe(false)
  expect(slow.text).toMatch(/^HTTP\/1\.1 408 /)
  expect(slow.text).toContain('"code":"BAD_REQUEST"')
})

test('a slow but steady body gets more time', async () => {
  const { gateway } = await over({ bodyTimeoutMs: 200 })
  const body = JSON.stringify({ query: '{ hello }' }).padEnd(20_000)
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.write(
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  socket.write(body.slice(0, 15_000))
  await new Promise((resolve) => setTimeout(resolve, 400))
  socket.write(body.slice(15_000))
  expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /)
})

test('an address with too many unfinished bodies loses its oldest', async () => {
  const { gateway } = await over({ concurrency: { total: 100, perAddress: 3 } })
  const other = beginBody(gateway, '2.2.2.2')
  await once(other.socket, 'connect')
  const slow: ReturnType<typeof beginBody>[] = []
  for (const _ of many(5)) {
    const begun = beginBody(gateway, '1.1.1.1')
    slow.push(begun)
    await once(begun.socket, 'connect')
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  await expect.poll(() => slow.map(({ isOpen }) => isOpen)).toEqual([false, false, true, true, true])
  expect(slow[0]?.text).toMatch(/^HTTP\/1\.1 408 /)
  expect((await gateway.run('{ hello }', from('1.1.1.1'))).status).toBe(200)
  expect(other.isOpen).toBe(true)
})

test('one address cannot take all slots', async () => {
  const { gateway, waiting } = await over({ concurrency: { total: 10, perAddress: 3 }, isDeduplicating: false })
  const running = many(3).map((i) => gateway.run(`{ a${i}: slow }`, from('1.1.1.1')))
  await expect.poll(() => waiting.length).toBe(3)
  const { status, headers, body } = await gateway.run('{ hello }', from('1.1.1.1'))
  expect([status, headers.get('retry-after'), body.errors?.[0]?.extensions.code]).toEqual([429, '1', 'RATE_LIMITED'])
  expect((await gateway.run('{ hello }', from('2.2.2.2'))).status).toBe(200)
  for (const response of waiting.splice(0)) sendJson(response, 200, { data: { slow: 'slow' } })
  await Promise.all(running)
  expect((await gateway.run('{ hello }', from('1.1.1.1'))).status).toBe(200)
})

test('unfinished headers are cancelled soon after their time limit', async () => {
  const server = createServer({ ...serverTimeouts, headersTimeout: 300 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const begunAt = performance.now()
  const sockets = many(20).map(() => connect((server.address() as AddressInfo).port, '127.0.0.1'))
  for (const socket of sockets) socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ')
  for (const socket of sockets) socket.resume()
  await Promise.all(sockets.map((socket) => once(socket, 'close')))
  expect(performance.now() - begunAt).toBeLessThan(5_000)
})
