import { createLog } from '@tikitu/kit/base/log'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { attemptLimits } from '../../src/rates/attempt-limits.ts'
import { createRateStore } from '../../src/rates/rate-store.ts'
import { createRates } from '../../src/rates/rates.ts'
import { startPool, type TestPool } from '../pool.ts'
import { startTikitu, type TikituGateway } from './tikitu-graph.ts'

let pool: TestPool
let gateway: TikituGateway
let token: string

beforeAll(async () => {
  pool = await startPool()
  gateway = await startTikitu(pool)
  token = await pool.token()
})

beforeEach(() => {
  gateway.calls.length = 0
  gateway.answers.clear()
})

afterAll(async () => {
  await gateway.close()
  pool.close()
})

interface Sent {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  isAnonymous?: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there
type Json = any

async function send(path: string, { method = 'GET', body, headers, isAnonymous }: Sent = {}) {
  const response = await fetch(`${gateway.url}/api/v1${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(!isAnonymous && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Json }
}

const pageInfo = { hasNextPage: false, hasPreviousPage: false, endCursor: null }
const event = { id: 'evt_1', slug: 'faust', title: 'Faust', category: 'OPERA', images: [], organizer: 'Oper' }
const page = { ...event, description: '', status: 'PUBLISHED', version: 1, performances: { edges: [], pageInfo } }
const eventsPage = (endCursor: string | null) => ({
  edges: [{ cursor: 'c1', node: { ...event, performances: { edges: [] } } }],
  pageInfo: { hasNextPage: endCursor !== null, hasPreviousPage: false, endCursor },
})
const refusal = (type: string, code: string, more: object = {}) => ({ __typename: type, code, message: 'No.', ...more })
const hold = { __typename: 'Hold', id: 'hld_1', status: 'ACTIVE', expiresAt: '2027-01-01T00:00:00.000Z', seats: [] }
const holds = '/booking/performances/prf_1/holds'
const seats = [{ seatNumber: 1, tierId: 'tir_1' }]

describe('a list', () => {
  test('has items, the next cursor and links to the first and the next page', async () => {
    gateway.answers.set('events', eventsPage('next=1'))
    const first = await send('/booking/events?city=Wien&limit=1')
    expect(first).toMatchObject({
      status: 200,
      body: { items: [{ id: 'evt_1', performances: [] }], nextCursor: 'next=1' },
    })
    expect(first.headers.get('link')).toBe('</api/v1/booking/events?city=Wien&limit=1&cursor=next%3D1>; rel="next"')
    gateway.answers.set('events', eventsPage(null))
    const last = await send('/booking/events?city=Wien&limit=1&cursor=next%3D1')
    expect(last.body.nextCursor).toBeNull()
    expect(last.headers.get('link')).toBe('</api/v1/booking/events?city=Wien&limit=1>; rel="first"')
    expect(gateway.calls.at(-1)?.args).toMatchObject({ filter: { city: 'Wien' }, first: 1, after: 'next=1' })
  })

  test('reads lists, objects, numbers and booleans from the query', async () => {
    gateway.answers.set('events', eventsPage(null))
    const query = 'categories=OPERA&categories=DANCE&isAvailable=true&maxPrice[amountMinor]=5000&maxPrice[currency]=EUR'
    expect((await send(`/booking/events?${query}`)).status).toBe(200)
    expect(gateway.calls[0]?.args).toMatchObject({
      filter: {
        categories: ['OPERA', 'DANCE'],
        isAvailable: true,
        maxPrice: { amountMinor: 5_000, currency: 'EUR' },
      },
    })
  })

  test.each([
    ['colour=red', 'colour'],
    ['limit=1&limit=2', 'limit'],
    ['limit=ten', 'limit'],
    ['categories=OPERA&categories=POLKA', 'categories.1'],
    ['maxPrice=5', 'maxPrice'],
    ['maxPrice[amount]=5', 'maxPrice[amount]'],
    ['maxPrice[amountMinor]=5', 'maxPrice'],
    ['city[x]=5', 'city[x]'],
    ['idempotencyKey=5', 'idempotencyKey'],
    ['__proto__=5', '__proto__'],
    ['after=x', 'after'],
  ])('refuses ?%s and names the parameter', async (query, field) => {
    const refused = await send(`/booking/events?${query}`)
    expect(refused).toMatchObject({ status: 400, body: { code: 'BAD_USER_INPUT', fields: [{ field }] } })
    expect(gateway.calls).toEqual([])
  })

  test('refuses a required parameter that is missing', async () => {
    const staff = await pool.token({ 'cognito:groups': ['admin'] })
    const refused = await send('/admin/dashboard', { headers: { authorization: `Bearer ${staff}` } })
    expect(refused).toMatchObject({ status: 400, body: { fields: [{ field: 'days', message: 'is required' }] } })
  })
})

describe('an object', () => {
  test('is the body, with the path as its variable', async () => {
    gateway.answers.set('event', page)
    expect(await send('/booking/events/evt%201')).toMatchObject({ status: 200, body: { id: 'evt_1', title: 'Faust' } })
    expect(gateway.calls).toEqual([{ field: 'event', args: { id: 'evt 1' } }])
  })

  test('that does not exist is 404', async () => {
    expect(await send('/booking/events/evt_2')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  test('has an ETag when it may be cached, and is 304 for a client that has it', async () => {
    gateway.answers.set('event', { ...page, id: 'evt_9' })
    const first = await send('/booking/events/evt_9', { isAnonymous: true })
    expect(first.headers.get('cache-control')).toBe('max-age=30, public')
    const tag = first.headers.get('etag') ?? ''
    const headers = { 'if-none-match': `"other", W/${tag}` }
    const again = await send('/booking/events/evt_9', { isAnonymous: true, headers })
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', tag])
    expect((await send('/booking/events/evt_9', { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('has no body for HEAD', async () => {
    gateway.answers.set('event', page)
    const head = await send('/booking/events/evt_1', { method: 'HEAD' })
    expect([head.status, head.body]).toEqual([200, ''])
    expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100)
  })

  test('leads to a file', async () => {
    const url = 'https://api.example/files/booking/tkt_1.png?expires=1'
    const qrFile = { url, expiresAt: '2027-03-01T10:00:00.000Z', fileName: 'tkt_1.png', contentType: 'image/png' }
    gateway.answers.set('ticket', { id: 'tkt_1', qrFile })
    const file = await send('/booking/tickets/tkt_1/qr-code.png')
    expect([file.status, file.headers.get('location'), file.headers.get('cache-control')]).toEqual([
      303,
      url,
      'no-store',
    ])
    gateway.answers.set('ticket', { id: 'tkt_2', qrFile: null })
    expect((await send('/booking/tickets/tkt_2/qr-code.png')).status).toBe(404)
  })
})

describe('a mutation', () => {
  test('takes path, body and Idempotency-Key, and answers the success without its type', async () => {
    gateway.answers.set('holdSeats', { ...hold, total: { amountMinor: 1, currency: 'EUR' } })
    const made = await send(holds, { method: 'POST', body: { seats }, headers: { 'idempotency-key': 'k1' } })
    expect([made.status, made.body.id, made.body.__typename, made.body.type]).toEqual([
      201,
      'hld_1',
      undefined,
      undefined,
    ])
    expect(made.headers.get('cache-control')).toBe('no-store')
    const [{ args } = { args: {} }] = gateway.calls
    expect(args).toMatchObject({ input: { performanceId: 'prf_1', seats, idempotencyKey: 'k1' } })
  })

  test('with several successes says which one it is', async () => {
    const request = { id: 'crq_1', kind: 'TICKETS', status: 'REQUESTED', ticketIds: ['tkt_1'], amounts: [] }
    const more = { requestedBy: null, createdAt: '2027-01-01T00:00:00.000Z' }
    gateway.answers.set('cancelTickets', { __typename: 'CancellationRequest', ...request, ...more })
    const body = { ticketIds: ['tkt_1'] }
    const made = await send('/booking/bookings/bkg_1/cancellations', { method: 'POST', body })
    expect(made).toMatchObject({ status: 201, body: { type: 'CancellationRequest', id: 'crq_1' } })
    expect(made.body.__typename).toBeUndefined()
  })

  test.each([
    ['SEATS_TAKEN', 409, { __typename: 'SeatsTaken', seatNumbers: [1] }],
    ['NOT_FOUND', 404, { __typename: 'NotFound' }],
    ['SEAT_LIMIT_REACHED', 409, { __typename: 'SeatLimitReached', limit: 4 }],
    ['IDEMPOTENCY_CONFLICT', 422, { __typename: 'IdempotencyConflict' }],
    ['BAD_USER_INPUT', 422, { __typename: 'InvalidInput', fields: [{ field: 'seats', message: 'is empty' }] }],
  ])('that is refused with %s is a problem with the status %i', async (code, status, { __typename: type, ...more }) => {
    gateway.answers.set('holdSeats', refusal(type, code, more))
    const refused = await send(holds, { method: 'POST', body: { seats } })
    expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(refused.status).toBe(status)
    expect(refused.body).toEqual({
      type: 'about:blank',
      title: expect.any(String),
      status,
      detail: 'No.',
      code,
      ...more,
    })
  })

  test('that may be repeated later says when', async () => {
    const retryAt = new Date(Date.now() + 30_000).toISOString()
    gateway.answers.set('holdSeats', refusal('TooManyHolds', 'TOO_MANY_HOLDS', { reason: 'OPEN_HOLDS', retryAt }))
    const refused = await send(holds, { method: 'POST', body: { seats } })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(25)
  })

  test.each([
    ['unknown', { seats, colour: 'red' }, 'colour'],
    ['in the path', { seats, performanceId: 'prf_2' }, 'performanceId'],
    ['in a header', { seats, idempotencyKey: 'k' }, 'idempotencyKey'],
    ['missing', {}, 'seats'],
    ['null', { seats: null }, 'seats'],
    ['of another type', { seats: 'all' }, 'seats'],
    ['nested and of another type', { seats: [{ seatNumber: 'x', tierId: 'tir_1' }] }, 'seats.0.seatNumber'],
  ])('is refused for a field that is %s', async (_name, body, field) => {
    const refused = await send(holds, { method: 'POST', body })
    expect(refused).toMatchObject({ status: 422, body: { code: 'BAD_USER_INPUT', fields: [{ field }] } })
    expect(gateway.calls).toEqual([])
  })

  test('needs JSON in its body', async () => {
    expect(await send(holds, { method: 'POST', body: '[1]' })).toMatchObject({
      status: 400,
      body: { code: 'BAD_REQUEST' },
    })
    expect((await send(holds, { method: 'POST', body: '{' })).status).toBe(400)
    const headers = { 'content-type': 'text/plain' }
    expect((await send(holds, { method: 'POST', body: '{}', headers })).status).toBe(415)
    expect((await send(holds, { method: 'POST', body: 'x'.repeat(200_000) })).body.code).toBe('OPERATION_TOO_LARGE')
  })
})

describe('a request', () => {
  test('without sign-in, with an invalid token, or without the role is 401 or 403', async () => {
    const anonymous = await send('/user/profile', { isAnonymous: true })
    expect(anonymous).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(anonymous.headers.get('www-authenticate')).toBe('Bearer')
    const forged = await send('/booking/events', { headers: { authorization: 'Bearer x' } })
    expect([forged.status, forged.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
    expect(await send('/user/users/usr_1')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect(gateway.calls).toEqual([])
  })

  test.each([
    ['GET', '/booking'],
    ['GET', '/booking/events/evt_1/'],
    ['GET', '/booking//events'],
    ['GET', '/booking/events/%zz'],
    ['GET', '/booking/events/evt_1/nothing'],
    ['POST', '/no/such/address'],
  ])('to no address is a 404 problem: %s %s', async (method, path) => {
    expect(await send(path, { method })).toMatchObject({ status: 404, body: { status: 404, code: 'NOT_FOUND' } })
  })

  test('with another method is 405 and names those that exist', async () => {
    const refused = await send('/booking/events/evt_1', { method: 'DELETE' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH'])
  })

  test('from a page of an allowed origin may use all methods and read the links', async () => {
    const origin = 'https://tickets.example'
    const headers = { origin, 'access-control-request-method': 'PATCH' }
    const preflight = await fetch(`${gateway.url}/api/v1/user/profile`, { method: 'OPTIONS', headers })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH')
    expect(preflight.headers.get('access-control-expose-headers')).toContain('link')
  })

  test('counts against the rates of GraphQL, by its cost', async () => {
    const store = createRateStore({ redisUrl: null, prefix: 'test', log: createLog('gateway', 'silent') })
    const costPerMinute = { address: 500, user: 1_000 }
    const rates = createRates({ store, costPerMinute, attemptLimits, attemptFactor: 1, readingCost: 100 })
    const strict = await startTikitu(pool, { rates })
    onTestFinished(strict.close)
    strict.answers.set('event', page)
    const path = `${strict.url}/api/v1/booking/events/evt_1`
    let refused = await fetch(path)
    expect(refused.status).toBe(200)
    for (let sent = 1; sent < 500 && refused.ok; sent++) refused = await fetch(path)
    expect([refused.status, ((await refused.json()) as Json).code]).toEqual([429, 'RATE_LIMITED'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})
