import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { errors } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createHttpTransport, type Transport } from './http-transport.ts'
import type { RawResponse } from './read-response.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Peer {
  url: string
  sockets: Socket[]
}

/** A server that hands each connection to `serve`. */
async function startPeer(serve: (socket: Socket, requests: () => number) => void): Promise<Peer> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    serve(socket, () => sockets.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/graphql`, sockets }
}

const reply = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Calls back with the head and the body of each request. */
function eachRequest(socket: Socket, take: (head: string, body: string) => void): void {
  let pending = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes as Buffer])
    const end = pending.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = pending.toString('latin1', 0, end)
    const length = Number(/content-length: (\d+)/.exec(head)?.[1])
    if (pending.length < end + 4 + length) return
    const body = pending.toString('utf8', end + 4)
    pending = Buffer.alloc(0)
    take(head, body)
  })
}

function ask(
  client: Transport,
  body = '{}',
  headers = {},
): { answer: Promise<RawResponse>; end: (error: Error) => void } {
  let end: (error: Error) => void = () => undefined
  const answer = new Promise<RawResponse>((resolve, reject) => {
    end = client.send(headers, body, { resolve, reject })
  })
  return { answer, end }
}

const maxAnswerBytes = 100_000

const clientTo = (peer: Peer, connections = 4): Transport => {
  const client = createHttpTransport({ url: peer.url, connections, maxAnswerBytes })
  closers.push(() => client.close())
  return client
}

test('sends a body with headers and returns the response, in any script', async () => {
  const seen: string[] = []
  const peer = await startPeer((socket) =>
    eachRequest(socket, (head, body) => {
      seen.push(head)
      socket.write(reply(body))
    }),
  )
  const { answer } = ask(clientTo(peer), '{"name":"Ayu ✓ 舞"}', { 'x-request-id': 'req_1' })
  expect(await answer).toMatchObject({ status: 200, type: 'application/json', text: '{"name":"Ayu ✓ 舞"}' })
  expect(seen[0]).toMatch(/^POST \/graphql HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/)
  expect(seen[0]).toContain('\r\nx-request-id: req_1')
})

test('sends requests to the whole URL, with its query', async () => {
  const seen: string[] = []
  const peer = await startPeer((socket) =>
    eachRequest(socket, (head, body) => {
      seen.push(head)
      socket.write(reply(body))
    }),
  )
  await ask(clientTo({ ...peer, url: `${peer.url}?tenant=a%20b&v=2` })).answer
  expect(seen[0]).toMatch(/^POST \/graphql\?tenant=a%20b&v=2 HTTP\/1\.1\r\n/)
})

test('opens no more connections than allowed: further requests wait', async () => {
  const held: (() => void)[] = []
  let asked = 0
  let most = 0
  const peer = await startPeer((socket) =>
    eachRequest(socket, (_head, body) => {
      asked++
      held.push(() => socket.write(reply(body)))
      most = Math.max(most, held.length)
      // Answered in pairs, and the fifth alone.
      if (held.length >= 2 || asked === 5) for (const release of held.splice(0)) release()
    }),
  )
  const client = clientTo(peer, 2)
  const answers = await Promise.all(['1', '2', '3', '4', '5'].map((body) => ask(client, body).answer))
  expect(answers.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5'])
  expect(most).toBe(2)
})

test('a truncated response is an error, and the next request uses another connection', async () => {
  const peer = await startPeer((socket, count) =>
    eachRequest(socket, (_head, body) => {
      if (count() === 1) socket.end(reply(body).slice(0, -2))
      else socket.write(reply(body))
    }),
  )
  const client = clientTo(peer)
  await expect(ask(client, '"first"').answer).rejects.toThrow()
  expect((await ask(client, '"next"').answer).text).toBe('"next"')
})

test('a refused connection fails all requests at once, waiting ones too', async () => {
  const client = clientTo({ url: 'http://127.0.0.1:1/graphql', sockets: [] })
  const asked = Array.from({ length: 6 }, () => ask(client).answer)
  for (const one of await Promise.allSettled(asked)) expect(String(Reflect.get(one, 'reason'))).toMatch(/ECONNREFUSED/)
})

test('an aborted request fails with the given error, and its late response is dropped', async () => {
  const peer = await startPeer((socket, count) =>
    eachRequest(socket, (_head, body) => {
      if (count() > 1) socket.write(reply(body))
    }),
  )
  const client = clientTo(peer)
  const { answer, end } = ask(client, '"slow"')
  await vi.waitFor(() => expect(peer.sockets).toHaveLength(1))
  end(new Error('too late'))
  await expect(answer).rejects.toThrow('too late')
  expect((await ask(client, '"next"').answer).text).toBe('"next"')
})

test('an idle connection that the peer closed is not used again', async () => {
  const peer = await startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))
  const client = clientTo(peer)
  await ask(client, '1').answer
  const [first] = peer.sockets
  const closed = once(first as Socket, 'close')
  first?.end()
  await closed
  expect((await ask(client, '2').answer).text).toBe('2')
})

/** A server that sends each request's body back. */
const startEcho = () => startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))

test('successive requests reuse connections', async () => {
  const peer = await startEcho()
  const client = clientTo(peer, 64)
  for (let index = 0; index < 20; index++) expect((await ask(client, `${index}`).answer).text).toBe(`${index}`)
  // The next request is sent when a response is complete, a moment before its connection is free.
  expect(peer.sockets.length).toBeLessThanOrEqual(2)
})

test('never sends a request twice: a connection that breaks under it is an error', async () => {
  let asked = 0
  const peer = await startPeer((socket) =>
    eachRequest(socket, (_head, body) => {
      asked++
      if (asked === 2) socket.destroy()
      else socket.write(reply(body))
    }),
  )
  const client = clientTo(peer, 1)
  await ask(client).answer
  await expect(ask(client).answer).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
  expect(asked).toBe(2)
})

test('does not offer HTTP/2 over TLS, as requests that a server refuses by it are sent again, mutations too', async () => {
  const hello = Promise.withResolvers<Buffer>()
  const { url } = await startPeer((socket) => void socket.once('data', hello.resolve))
  const client = clientTo({ url: url.replace('http:', 'https:'), sockets: [] })
  const { answer, end } = ask(client)
  const offered = (await hello.promise).toString('latin1')
  expect([offered.includes('\x08http/1.1'), offered.includes('\x02h2')]).toEqual([true, false])
  end(new Error('seen enough'))
  await expect(answer).rejects.toThrow()
})

test('a request aborted while it waits is never sent, and leaves its connection to the next', async () => {
  const seen: string[] = []
  let release: () => void = () => undefined
  const peer = await startPeer((socket) =>
    eachRequest(socket, (_head, body) => {
      seen.push(body)
      if (body === '"slow"') release = () => socket.write(reply(body))
      else socket.write(reply(body))
    }),
  )
  const client = clientTo(peer, 1)
  const slow = ask(client, '"slow"').answer
  const { answer, end } = ask(client, '"gone"')
  const next = ask(client, '"next"').answer
  await vi.waitFor(() => expect(seen).toHaveLength(1))
  end(new Error('gone'))
  await expect(answer).rejects.toThrow('gone')
  release()
  expect([(await slow).text, (await next).text]).toEqual(['"slow"', '"next"'])
  expect(seen).toEqual(['"slow"', '"next"'])
  expect(peer.sockets).toHaveLength(1)
})

test('an idle connection that receives unrequested bytes is closed', async () => {
  const peer = await startEcho()
  const client = clientTo(peer, 1)
  await ask(client).answer
  const [first] = peer.sockets
  const closed = once(first as Socket, 'close')
  first?.write(reply('"forged"'))
  await closed
  expect((await ask(client, '"next"').answer).text).toBe('"next"')
})

test('closing fails the requests that are sent and those that wait', async () => {
  const peer = await startPeer(() => undefined)
  const client = clientTo(peer, 1)
  const answers = Promise.allSettled([ask(client).answer, ask(client).answer])
  await client.close()
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const chunk = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`

test('reads a chunked response with trailers, after an interim response', async () => {
  const early = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\ncontent-type: text/html\r\n\r\n'
  const chunked = `${early}${ok}cache-control: public\r\ntransfer-encoding: chunked\r\n\r\n3\r\n"✓\r\n1\r\n"\r\n0\r\nx-a: 1\r\n\r\n`
  const peer = await startPeer((socket) =>
    eachRequest(socket, async () => {
      for (const byte of Buffer.from(chunked.replace('3\r\n', '4\r\n'))) {
        socket.write(Buffer.of(byte))
        await new Promise(setImmediate)
      }
    }),
  )
  const answer = { status: 200, type: 'application/json', text: '"✓"', cacheControl: 'public' }
  expect(await ask(clientTo(peer)).answer).toEqual(answer)
})

describe('a response is refused and its connection closed:', () => {
  const serve = async (text: string) => {
    const peer = await startPeer((socket, count) =>
      eachRequest(socket, (_head, body) => socket.write(count() === 1 ? text : reply(body))),
    )
    return clientTo(peer)
  }

  test.each([
    ['longer than allowed', `${ok}content-length: ${maxAnswerBytes + 1}\r\n\r\n${'x'.repeat(maxAnswerBytes + 1)}`],
    [
      'longer than allowed, in chunks',
      `${ok}transfer-encoding: chunked\r\n\r\n${chunk(60_000)}${chunk(40_001)}0\r\n\r\n`,
    ],
  ])('%s', async (_name, text) => {
    const client = await serve(text)
    await expect(ask(client).answer).rejects.toThrow(errors.ResponseExceededMaxSizeError)
    expect((await ask(client, '"next"').answer).text).toBe('"next"')
  })

  test.each([
    ['two lengths', `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ['a length and chunks', `${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['a length that is no number', `${ok}content-length: 0x2\r\n\r\n{}`],
    ['a space before the colon', `${ok}content-length : 2\r\n\r\n{}`],
    ['a chunk longer than it says', `${ok}transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n`],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a head that does not end', `${ok}${'x-a: 1\r\n'.repeat(5_000)}`],
  ])('%s', async (_name, text) => {
    const client = await serve(text)
    await expect(ask(client).answer).rejects.toThrow()
    expect((await ask(client, '"next"').answer).text).toBe('"next"')
  })
})
