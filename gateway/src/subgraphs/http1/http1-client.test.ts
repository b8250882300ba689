import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createHttpTransport } from '../http-transport.ts'
import type { RawResponse } from '../read-response.ts'
import type { Transport } from '../transport.ts'
import { createConnections } from './connections.ts'
import { createHttp1Client } from './http1-client.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Peer {
  url: string
  port: number
  sockets: Socket[]
}

/** A server that gives each connection to `serve`. */
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
  return { url: `http://127.0.0.1:${port}/graphql`, port, sockets }
}

const reply = (body: string) =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Calls back with each request as it was sent. */
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

describe.each([
  ['our own', createHttp1Client],
  ["undici's", createHttpTransport],
])('%s connections', (_name, create) => {
  const clientTo = (peer: Peer, connections = 4): Transport => {
    const client = create({ url: peer.url, connections, maxAnswerBytes: 100_000 })
    closers.push(() => client.close())
    return client
  }

  test('bring a body and its headers, and the answer back, whatever script it is in', async () => {
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

  test('ask at the whole address, with its query', async () => {
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

  test('are no more than they may be: the rest waits', async () => {
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

  test('an answer that is cut off is an error, and the next request gets another connection', async () => {
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

  test('nobody there is an error at once', async () => {
    const client = clientTo({ url: 'http://127.0.0.1:1/graphql', port: 1, sockets: [] })
    const [one, two] = [ask(client), ask(client)]
    await expect(one.answer).rejects.toThrow(/ECONNREFUSED/)
    await expect(two.answer).rejects.toThrow(/ECONNREFUSED/)
  })

  test('a request that is ended early ends with that error, and its late answer reaches nobody', async () => {
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

  test('a connection that the other side closed while it was idle is not used again', async () => {
    const peer = await startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))
    const client = clientTo(peer)
    await ask(client, '1').answer
    const [first] = peer.sockets
    const closed = once(first as Socket, 'close')
    first?.end()
    await closed
    expect((await ask(client, '2').answer).text).toBe('2')
  })
})

describe('a pool of our own connections', () => {
  const poolTo = ({ port }: Peer, idleMs = 60_000) => {
    const pool = createConnections({
      host: '127.0.0.1',
      port,
      most: 4,
      connectTimeoutMs: 2_000,
      idleMs,
      maxAnswerBytes: 100_000,
    })
    closers.push(pool.close)
    return pool
  }
  const request = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}'
  const send = (pool: ReturnType<typeof poolTo>) =>
    new Promise((resolve, reject) => void pool.send(request, { resolve, reject }))

  test('serves one request after the other on one connection', async () => {
    const peer = await startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))
    const pool = poolTo(peer)
    for (let request = 0; request < 3; request++) await send(pool)
    expect(peer.sockets).toHaveLength(1)
  })

  test('closes a connection on which something came that nobody asked for', async () => {
    const peer = await startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))
    const pool = poolTo(peer)
    await send(pool)
    peer.sockets[0]?.write(reply('"forged"'))
    await vi.waitFor(() => expect(pool.counts()).toEqual({ open: 0, idle: 0, waiting: 0 }))
    expect(await send(pool)).toMatchObject({ text: '{}' })
  })

  test('closes what was idle for long', async () => {
    const peer = await startPeer((socket) => eachRequest(socket, (_head, body) => socket.write(reply(body))))
    const pool = poolTo(peer, 40)
    await send(pool)
    expect(pool.counts().idle).toBe(1)
    await vi.waitFor(() => expect(pool.counts().open).toBe(0))
  })

  test('tells those who wait when it is closed', async () => {
    const peer = await startPeer(() => undefined)
    const pool = poolTo(peer)
    const answers = Promise.allSettled([send(pool), send(pool)])
    pool.close()
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
