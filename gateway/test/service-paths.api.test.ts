import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { readBody } from '@tikitu/kit/base/http'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { attemptLimits } from '../src/rates/attempt-limits.ts'
import { createRateStore } from '../src/rates/rate-store.ts'
import { createRates } from '../src/rates/rates.ts'
import { common, startGateway, type TestGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startHostile, type TestSubgraph } from './subgraphs.ts'

const sdl = (field: string) => `${common} type Query { ${field}: String @public }`

let pool: TestPool
let booking: TestSubgraph
let payment: TestSubgraph
let partner: TestSubgraph
let gateway: TestGateway
let answer: (request: IncomingMessage, response: ServerResponse) => void
/** The requests that services received. */
const asked: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []

const listening = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = (await readBody(request, 1_000_000)).toString('latin1')
  asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
  answer(request, response)
}

beforeAll(async () => {
  pool = await startPool()
  booking = await startHostile('booking', sdl('events'), listening)
  payment = await startHostile('payment', sdl('payments'), listening)
  partner = await startHostile('partner', sdl('partners'), listening)
  gateway = await startGateway([booking, payment, partner], pool, { timeoutMs: 300, maxAnswerBytes: 100_000 })
})

beforeEach(() => {
  asked.length = 0
  answer = (_request, response) => void response.end('ok')
})

afterAll(async () => {
  await gateway.close()
  for (const service of [booking, payment, partner]) service.close()
  pool.close()
})

const at = (path: string, init: RequestInit = {}) =>
  fetch(gateway.url + path, { redirect: 'manual', signal: AbortSignal.timeout(5_000), ...init })

const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code

/** Sends the path unchanged: `fetch` would resolve dots. */
async function statusOfRaw(method: string, target: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  socket.write(`${method} ${target} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
  const [head] = await once(socket, 'data')
  socket.destroy()
  return String(head).slice(9, 12)
}

describe('a request to a service path', () => {
  test('reaches its service: ticket keys, a webhook and a page', async () => {
    for (const [method, path] of [
      ['GET', '/.well-known/jwks.json'],
      ['POST', '/webhooks/sandbox'],
      ['GET', '/sandbox/3ds/a-Secret_1'],
      ['POST', '/sandbox/3ds/a-Secret_1'],
    ] as const) {
      expect((await at(path, { method })).status).toBe(200)
    }
    expect(booking.seen).toHaveLength(1)
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /.well-known/jwks.json',
      'POST /webhooks/sandbox',
      'GET /sandbox/3ds/a-Secret_1',
      'POST /sandbox/3ds/a-Secret_1',
    ])
  })

  test('forwards a webhook’s exact bytes and signature, but no caller', async () => {
    const body = Buffer.from([0, 255, 13, 10, 123])
    const forged = {
      authorization: 'Bearer x',
      cookie: 'a=b',
      signature: 'gateway=:AAAA:',
      'signature-input': 'gateway=()',
      'x-tikitu-user': 'usr_1',
      'x-forwarded-for': '10.0.0.1',
    }
    const headers = { 'content-type': 'application/json', 'sandbox-signature': 't=1,v1=ab', ...forged }
    await at('/webhooks/sandbox?try=2', { method: 'POST', body, headers })
    expect(asked[0]?.body).toBe(body.toString('latin1'))
    expect(asked[0]?.url).toBe('/webhooks/sandbox?try=2')
    expect(asked[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'sandbox-signature': 't=1,v1=ab' })
    expect(asked[0]?.headers['x-request-id']).toMatch(/^req_/)
    for (const name of Object.keys(forged)) expect(asked[0]?.headers[name]).toBeUndefined()
    await at('/sandbox/3ds/abc', { headers })
    expect(asked[1]?.headers['sandbox-signature']).toBeUndefined()
  })

  test('takes an upload of up to 10 MB with its signed URL', async () => {
    const url = '/files/partner/upl_1?expires=1&viewer=usr_1&key=k&signature=s'
    const headers = { 'content-type': 'application/pdf', authorization: 'Bearer x' }
    const sent = await at(url, { method: 'POST', body: new Uint8Array(900_000), headers })
    expect(sent.status).toBe(200)
    expect(asked[0]).toMatchObject({ method: 'POST', url, headers: { 'content-length': '900000' } })
    expect(asked[0]?.headers.authorization).toBeUndefined()
    const long = await at(url, { method: 'POST', body: new Uint8Array(10_000_001), headers })
    expect([long.status, await codeOf(long)]).toEqual([413, 'OPERATION_TOO_LARGE'])
    expect(asked).toHaveLength(1)
  })

  test.each([
    '/graphql',
    '/events',
    '/health',
    '/access',
    '/webhooks/other',
    '/sandbox/3ds',
    '/sandbox/3ds/',
    '/sandbox/3ds/..',
    '/sandbox/3ds/.',
    '/sandbox/3ds/../../graphql',
    '/sandbox/3ds/..%2F..%2Fevents',
    '/sandbox/3ds/a/b',
    '/sandbox/3ds/a%00',
    '//webhooks/sandbox',
    '/webhooks/sandbox/',
    `/sandbox/3ds/${'x'.repeat(300)}`,
  ])('reaches no other path: POST %s', async (path) => {
    expect(Number(await statusOfRaw('POST', path))).toBeGreaterThanOrEqual(400)
    expect(asked).toEqual([])
  })

  test('is rejected for another method, a too long body, or a missing service', async () => {
    const put = await at('/webhooks/sandbox', { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST'])
    const long = await at('/sandbox/3ds/abc', { method: 'POST', body: 'x'.repeat(5_000) })
    expect([long.status, await codeOf(long)]).toEqual([413, 'OPERATION_TOO_LARGE'])
    expect((await at('/unsubscribe/abc')).status).toBe(404)
    expect(asked).toEqual([])
  })

  test('is rate-limited', async () => {
    const log = createLog('gateway', 'silent')
    const store = createRateStore({ redisUrl: null, prefix: 'test', log })
    const costPerMinute = { address: 30, user: 30 }
    const rates = createRates({ store, costPerMinute, attemptLimits, attemptFactor: 1, readingCost: 0 })
    const strict = await startGateway([booking, payment], pool, { rates })
    onTestFinished(strict.close)
    expect((await fetch(`${strict.url}/sandbox/3ds/abc`)).status).toBe(200)
    const refused = await fetch(`${strict.url}/sandbox/3ds/abc`)
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(asked).toHaveLength(1)
  })
})

describe('the response of a service path', () => {
  test('keeps a page’s policy, forbids framing, and drops cookies and other headers', async () => {
    const policy = "default-src 'none'; form-action 'self' https://shop.example"
    answer = (_request, response) =>
      void response
        .writeHead(303, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policy,
          'cache-control': 'no-store',
          location: 'https://shop.example/back',
          'set-cookie': 'a=b',
          'x-powered-by': 'payment',
        })
        .end('<p>Done')
    const page = await at('/sandbox/3ds/abc', { method: 'POST' })
    expect([page.status, page.headers.get('location'), await page.text()]).toEqual([
      303,
      'https://shop.example/back',
      '<p>Done',
    ])
    expect(page.headers.get('content-security-policy')).toBe(policy)
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('x-request-id')).toMatch(/^req_/)
    for (const name of ['set-cookie', 'x-powered-by', 'cross-origin-opener-policy']) {
      expect(page.headers.get(name)).toBeNull()
    }
  })

  test('keeps what protects a file, and its parts', async () => {
    const headers = {
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'content-disposition': 'attachment; filename="a.pdf"',
      'content-range': 'bytes 1-2/9',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'application/pdf',
    }
    answer = (_request, response) => void response.writeHead(206, headers).end('DF')
    const url = '/files/booking/bkg_1.pdf?expires=1&viewer=usr_1&key=k&signature=s'
    const part = await at(url, { headers: { range: 'bytes=1-2', authorization: 'Bearer x' } })
    expect([part.status, await part.text()]).toEqual([206, 'DF'])
    expect(Object.fromEntries(part.headers)).toMatchObject({ ...headers, 'x-content-type-options': 'nosniff' })
    expect(asked[0]).toMatchObject({ method: 'GET', url, headers: { range: 'bytes=1-2' } })
    expect(asked[0]?.headers.authorization).toBeUndefined()
    expect((await at('/files/booking/bkg_1.pdf', { method: 'POST' })).status).toBe(405)
  })

  test('has no body for HEAD', async () => {
    answer = (_request, response) => void response.writeHead(200, { 'content-length': '2' }).end('ok')
    const head = await at('/.well-known/jwks.json', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '2', ''])
    expect(asked[0]?.method).toBe('GET')
  })

  test('is streamed', async () => {
    let finish = (): void => undefined
    answer = (_request, response) => {
      response.writeHead(200).write('first')
      finish = () => response.end('last')
    }
    const reader = (await at('/sandbox/3ds/abc')).body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first')
    finish()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('last')
  })

  test.each([
    ['is cut off', 503, (request: IncomingMessage) => request.socket.destroy()],
    ['never answers', 504, () => undefined],
  ])('a service that %s is %i without details', async (_name, status, behave) => {
    answer = behave
    const refused = await at('/sandbox/3ds/abc')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([status, '1'])
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  })

  test('is cut off when it does not end', async () => {
    answer = (_request, response) => void response.writeHead(200).write('x'.repeat(200_000))
    await expect(at('/sandbox/3ds/abc').then((response) => response.text())).rejects.toThrow()
    answer = (_request, response) => void response.end('ok')
    expect(await (await at('/sandbox/3ds/abc')).text()).toBe('ok')
  })
})

test('REST requests of any method get a problem document', async () => {
  for (const [method, path] of [
    ['GET', '/api/v1/booking/events'],
    ['POST', '/api/v1/user/register'],
    ['DELETE', '/api/v1/booking/healthy'],
    ['GET', '/api/v2/anything'],
    ['GET', '/api'],
  ] as const) {
    const response = await at(path, { method })
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such REST endpoint. GraphQL is at /graphql.',
      code: 'NOT_FOUND',
    })
  }
})
