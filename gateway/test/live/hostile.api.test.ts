import type { ServerResponse } from 'node:http'
import { createLog } from '@tikitu/kit/base/log'
import { expect, onTestFinished, test } from 'vitest'
import { common, startGateway } from '../harness.ts'
import { startPool } from '../pool.ts'
import { startHostile } from '../subgraphs.ts'
import { wide } from './live-gateway.ts'
import { openSse } from './sse-client.ts'

const sdl = `${common}
type Query { now: String @public }
type Subscription { seats: Int @public }
`
const stream = { 'content-type': 'text/event-stream' }
const good = 'event: next\ndata: {"data":{"seats":1}}\n\n'
const failed = { code: 'INTERNAL_SERVER_ERROR' }
const away = { code: 'UNAVAILABLE' }

/** A gateway with a subgraph that sends arbitrary streams. */
async function against(answer: (response: ServerResponse) => void) {
  let opened = 0
  const closed: boolean[] = []
  const pool = await startPool()
  const subgraph = await startHostile('booking', sdl, (request, response) => {
    request.resume()
    opened++
    response.on('close', () => closed.push(true))
    answer(response)
  })
  const gateway = await startGateway([subgraph], pool, {
    streams: { ...wide, resumeMs: 250, silenceMs: 400 },
    maxAnswerBytes: 100_000,
    timeoutMs: 300,
    log: createLog('gateway', 'silent'),
  })
  onTestFinished(async () => {
    await gateway.close()
    subgraph.close()
    pool.close()
  })
  const client = await openSse(gateway.url, 'subscription { seats }')
  return { client, gateway, opened: () => opened, closed: () => closed.length }
}

function say(text: string, end = true): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(200, stream).write(text)
    if (end) response.end()
  }
}

test.each<[string, (response: ServerResponse) => void, object]>([
  ['an event that is no JSON', say('event: next\ndata: {"data":{\n\n'), failed],
  ['an event that is no answer', say('event: next\ndata: [1]\n\n'), failed],
  ['an event without data or errors', say('event: next\ndata: {}\n\n'), failed],
  ['an event by an unknown name', say('event: stack\ndata: Error: at /srv/booking.ts\n\n'), failed],
  ['an event without a name', say('data: {"data":{"seats":1}}\n\n'), failed],
  [
    'an event that is too long',
    say(`event: next\ndata: {"data":{"seats":"${'9'.repeat(200_000)}"}}\n\n`, false),
    failed,
  ],
  ['a line that does not end', (response) => void pour(response, 'x'), failed],
  ['data lines that do not end', (response) => void pour(response, 'data:\n'), failed],
  ['a page', (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), failed],
  ['500 with a stack', (response) => void response.writeHead(500).end('Error: at /srv/booking.ts'), failed],
  ['half an event', say('event: next\ndata: {"data":{"seats":1}}\n'), away],
  ['503', (response) => void response.writeHead(503).end(), away],
  [
    'an error that it accepts no streams',
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(full),
    away,
  ],
  ['nothing', () => undefined, away],
  ['a connection that breaks', (response) => void response.destroy(), away],
])('%s is a failure without details', async (_name, answer, extensions) => {
  const { client, gateway, opened, closed } = await against(answer)
  const last = await client.next()
  expect(last).toMatchObject({ name: 'next', json: { errors: [{ extensions }] } })
  // A random request id may contain any of these letters.
  const text = JSON.stringify(last, (key, value) => (key === 'requestId' ? undefined : value))
  expect(text).not.toMatch(/srv|stack|booking|ECONN|UND_ERR/)
  expect(await client.next()).toEqual({ name: 'complete', json: null })
  expect(opened()).toBeGreaterThan(extensions === away ? 1 : 0)
  if (extensions === failed) expect(opened()).toBe(1)
  await expect.poll(closed).toBe(opened())
  expect(gateway.gateway.subscriptionCounts()).toMatchObject({ streams: 0 })
})

const full = JSON.stringify({ data: null, errors: [{ message: 'Full.', extensions: { code: 'UNAVAILABLE' } }] })

/** Resolves when no stream is open. */
function pour(response: ServerResponse, text: string): void {
  response.writeHead(200, stream)
  const more = (): void => {
    while (!response.destroyed && response.write(text.repeat(10_000)));
  }
  response.on('drain', more)
  more()
}

test('parses events in chunks, with other line endings and comments', async () => {
  const text = `:hello\r\n\r\n${good.replaceAll('\n', '\r\n')}:\n\nretry: 5\nid: 7\n\nevent:next\rdata:{"data":\rdata:{"seats":2}}\r\r${'é'}`
  const { client } = await against((response) => {
    response.writeHead(200, stream)
    const bytes = [...Buffer.from(text)]
    const drip = (): void => {
      const byte = bytes.shift()
      if (byte === undefined) return void response.write('\nevent: complete\ndata:\n\n')
      response.write(Buffer.from([byte]))
      setImmediate(drip)
    }
    drip()
  })
  expect(await client.next()).toEqual({ name: 'next', json: { data: { seats: 1 } } })
  expect(await client.next()).toEqual({ name: 'next', json: { data: { seats: 2 } } })
  expect(await client.next()).toEqual({ name: 'complete', json: null })
})

test('stops reconnecting when each event breaks the stream', async () => {
  const { client, opened } = await against(say(good))
  const names: string[] = []
  for (let event = await client.next(); event; event = await client.next()) {
    names.push(event.json?.errors ? event.json.errors[0].extensions.code : event.name)
  }
  expect(names.slice(-2)).toEqual(['UNAVAILABLE', 'complete'])
  expect(names.length).toBeLessThan(10)
  expect(opened()).toBe(names.length - 2)
})

test('reconnects a silent stream', async () => {
  const { client, opened } = await against(say(good, false))
  expect((await client.next())?.json).toEqual({ data: { seats: 1 } })
  expect((await client.next())?.json).toEqual({ data: { seats: 1 } })
  expect(opened()).toBe(2)
})

test('an invalid value is null, as in queries', async () => {
  const { client } = await against(say('event: next\ndata: {"data":{"seats":"many"}}\n\nevent: complete\n\n'))
  expect((await client.next())?.json).toMatchObject({
    data: { seats: null },
    errors: [{ path: ['seats'], extensions: { code: 'RESPONSE_VALIDATION_FAILED' } }],
  })
})
