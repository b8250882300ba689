import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { foreignHost, foreignOrigin, isLoopback, localNames, type Objection, refuseForeign } from './own-requests.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function serve(...objections: Objection[]): Promise<number> {
  const server = createServer((_request, response) => response.end('inside'))
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  refuseForeign(server, objections)
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function ask(port: number, headers: IncomingHttpHeaders, method = 'GET'): Promise<number> {
  const sent = request({ port, host: '127.0.0.1', method, headers })
  sent.end()
  const answered = await Promise.race([once(sent, 'response'), once(sent, 'upgrade')])
  const status = answered[0].statusCode
  sent.destroy()
  return status
}

test('answers to the names of its machine on any port, and to no other', async () => {
  const port = await serve(foreignHost(localNames))
  const hosts = ['localhost', `localhost:${port}`, 'LOCALHOST:1', '127.0.0.1:3000', '[::1]:3000', '[::1]']
  expect(await Promise.all(hosts.map((host) => ask(port, { host })))).toEqual(hosts.map(() => 200))
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
  ]
  expect(await Promise.all(foreign.map((host) => ask(port, { host })))).toEqual(foreign.map(() => 403))
})

test('opens no WebSocket under a foreign name', async () => {
  const port = await serve(foreignHost(localNames))
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket' }
  expect(await ask(port, { ...upgrade, host: 'evil.example' })).toBe(403)
  expect(await ask(port, { ...upgrade, host: 'localhost' })).toBe(101)
})

test('answers programs and its own page, and no page of another origin, preflights neither', async () => {
  const port = await serve(foreignOrigin)
  const own = `http://localhost:${port}`
  const status = (headers: IncomingHttpHeaders, method?: string) =>
    ask(port, { host: `localhost:${port}`, ...headers }, method)
  expect(await status({})).toBe(200)
  expect(await status({ origin: own, 'sec-fetch-site': 'same-origin' }, 'POST')).toBe(200)
  expect(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(200)
  for (const origin of ['https://evil.example', 'null', 'http://localhost:1', `http://127.0.0.1:${port}`]) {
    expect(await status({ origin }, 'POST'), origin).toBe(403)
    expect(await status({ origin, 'access-control-request-method': 'POST' }, 'OPTIONS'), origin).toBe(403)
  }
  expect(await status({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403)
})

test('knows the addresses that only this machine reaches', () => {
  expect(
    ['127.0.0.1', '127.8.0.1', 'localhost', '::1', '[::1]', '::ffff:127.0.0.1'].filter((host) => !isLoopback(host)),
  ).toEqual([])
  expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'tickets.example', ''].filter(isLoopback)).toEqual([])
})
