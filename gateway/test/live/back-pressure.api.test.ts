import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { socketUrl, untilStill, wide, withLiveGateway } from './live-gateway.ts'

const live = withLiveGateway()
const large = 'subscription { seats(performanceId: "p1", pad: 400000) { free pad } }'

test('a client that does not read delays the subgraph, then gets the current state', async () => {
  const response = await openRaw(large)
  const before = live.graph.free.reads()
  await change(400)
  await untilStill(live.graph.free.reads)
  const read = live.graph.free.reads() - before
  expect(read).toBeLessThan(100)
  live.graph.free.set(401)
  const [, ...seen] = await readUntil(response, 401)
  expect(seen.at(-1)).toBe(401)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.length).toBeLessThan(read + 5)
})

test('a client that does not read does not count as a silent subgraph', async () => {
  const own = await live.another({ streams: { ...wide, silenceMs: 500 } })
  const response = await openRaw(large, own.url)
  const opened = live.graph.booking.opened()
  const stall = performance.now()
  while (performance.now() - stall < 2_500) await change(10)
  expect(live.graph.booking.opened()).toBe(opened)
  live.graph.free.set(501)
  expect((await readUntil(response, 501)).at(-1)).toBe(501)
})

test('back pressure applies on a WebSocket', async () => {
  const socket = new WebSocket(socketUrl(live.gateway), 'graphql-transport-ws')
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  const seen: number[] = []
  socket.on('message', (data) => {
    const { type, payload } = JSON.parse(data.toString())
    if (type === 'connection_ack')
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: large } }))
    if (type === 'next') seen.push(payload.data.seats.free)
  })
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await expect.poll(() => seen).toEqual([10])
  socket.pause()
  const before = live.graph.free.reads()
  await change(400)
  await untilStill(live.graph.free.reads)
  expect(live.graph.free.reads() - before).toBeLessThan(100)
  live.graph.free.set(401)
  socket.resume()
  await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(401)
})

/** Makes changes one by one, with time to read each. */
async function change(times: number): Promise<void> {
  for (let free = 1; free <= times; free++) {
    live.graph.free.set(free)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function openRaw(query: string, url = live.gateway.url): Promise<IncomingMessage> {
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' }
  const request = httpRequest(`${url}/graphql`, { method: 'POST', headers }).end(JSON.stringify({ query }))
  onTestFinished(() => void request.destroy())
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  await expect.poll(() => live.graph.free.watchers()).toBe(1)
  return response
}

async function readUntil(response: IncomingMessage, wanted: number): Promise<number[]> {
  let text = ''
  const seen = (): number[] => [...text.matchAll(/"free":(\d+)/g)].map(([, free]) => Number(free))
  for await (const chunk of response) {
    text += String(chunk).replaceAll('x', '')
    if (seen().includes(wanted)) break
  }
  return seen()
}
