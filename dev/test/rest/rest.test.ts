import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../src/demo/wait-for.ts'
import { demoAccounts, demoPassword } from '../../src/embedded/accounts.ts'
import type { Stack } from '../../src/stack/start-stack.ts'
import { startPlatform } from '../test-platform.ts'
import { type Callers, endpointMatrix } from './endpoint-matrix.ts'
import { fuzz } from './fuzz.ts'
import { bodyOf, restClient } from './rest-client.ts'
import { type RestPlatform, registerOverRest, type Shop, setUpShop, signInOverRest } from './set-up-shop.ts'

let stack: Stack
let end: () => Promise<void>
let platform: RestPlatform
let shop: Shop

beforeAll(async () => {
  ;({ stack, end } = await startPlatform({ GATEWAY_RATE_LIMITS: 'off' }))
  const baseUrl = new URL(stack.graphUrl).origin
  platform = { baseUrl, mailboxUrl: stack.mailboxUrl ?? '', unique: 'rest' }
  shop = await setUpShop(platform)
}, 300_000)

afterAll(async () => {
  await end?.()
}, 60_000)

test('a client generated from the document buys tickets, enters with one and returns the other', async () => {
  const { performanceId, partner, admin, partnerId } = shop
  const fan = await registerOverRest(platform, 'fan')
  const { rest } = fan
  const guest = restClient(platform.baseUrl)
  const params = { path: { performanceId } }

  const found = await waitFor('the search finds the event', async () => {
    const page = bodyOf(await guest.GET('/api/v1/booking/events', { params: { query: { text: 'Woyzeck', limit: 1 } } }))
    return page.items[0]
  })
  expect(found.performances).toMatchObject([{ id: performanceId }])
  const performance = bodyOf(await guest.GET('/api/v1/booking/performances/{performanceId}', { params }))
  const map = bodyOf(await guest.GET('/api/v1/booking/performances/{performanceId}/seat-map', { params }))
  expect(map.capacity).toBe(60)
  const tierId = performance.tiers[0]?.id ?? ''
  const seats = [20, 21].map((seatNumber) => ({ seatNumber, tierId }))
  const holds = '/api/v1/booking/performances/{performanceId}/holds'
  const key = { header: { 'Idempotency-Key': 'hold-1' }, ...params }
  const hold = bodyOf(await rest.POST(holds, { params: key, body: { seats } }))
  expect(bodyOf(await rest.POST(holds, { params: key, body: { seats } })).id).toBe(hold.id)
  const taken = await partner.rest.POST(holds, { params, body: { seats } })
  expect([taken.response.status, taken.error]).toMatchObject([409, { code: 'SEATS_TAKEN', seatNumbers: [20, 21] }])

  const booking = bodyOf(await rest.POST('/api/v1/booking/bookings', { body: { holdId: hold.id } }))
  const payment = bodyOf(await rest.POST('/api/v1/payment/payments', { body: { quote: booking.quote ?? '' } }))
  const pay = async (card: string) =>
    await rest.POST('/api/v1/payment/payments/{paymentId}/confirm', {
      params: { path: { paymentId: payment.id } },
      body: { paymentMethod: `pm_sandbox_${card}` },
    })
  expect(bodyOf(await pay('declined')).lastFailure).toMatchObject({ code: expect.any(String) })
  bodyOf(await pay('approved'))
  const at = { params: { path: { bookingId: booking.id } } }
  const confirmed = await waitFor('the booking is confirmed', async () => {
    const seen = bodyOf(await rest.GET('/api/v1/booking/bookings/{bookingId}', at))
    return seen.status === 'CONFIRMED' && seen
  })
  const foreign = await partner.rest.GET('/api/v1/booking/bookings/{bookingId}/quote', at)
  expect([200, 404]).toContain(foreign.response.status)
  const pdf = await rest.GET('/api/v1/booking/bookings/{bookingId}/tickets.pdf', { ...at, parseAs: 'arrayBuffer' })
  expect(
    Buffer.from(bodyOf(pdf) as unknown as ArrayBuffer)
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')

  const [used, other] = confirmed.tickets
  const scan = async (nonce: string) =>
    await partner.rest.POST('/api/v1/booking/performances/{performanceId}/check-ins', {
      params,
      body: { code: used?.code ?? '', nonce },
    })
  expect(bodyOf(await scan('1'))).toMatchObject({ type: 'Admitted', ticket: { seatLabel: used?.seatLabel } })
  expect((await scan('2')).error).toMatchObject({ status: 409, code: 'ALREADY_ADMITTED' })
  const cancel = async (id = '') =>
    await rest.POST('/api/v1/booking/bookings/{bookingId}/cancellations', { ...at, body: { ticketIds: [id] } })
  expect((await cancel(used?.id)).error).toMatchObject({ code: 'TICKET_ALREADY_USED', ticketIds: [used?.id] })
  expect(bodyOf(await cancel(other?.id))).toMatchObject({ type: 'Cancellation', refund: { currency: 'EUR' } })

  await waitFor('the refund is in the ledger', async () => {
    const { items } = bodyOf(await admin.rest.GET('/api/v1/payment/transactions', { params: { query: { partnerId } } }))
    return items.some(({ kind }) => kind.startsWith('REFUND'))
  })
  await waitFor('the inbox has a message', async () => {
    const { items } = bodyOf(await rest.GET('/api/v1/notification/inbox'))
    return items.length > 0
  })
  expect(bodyOf(await rest.GET('/api/v1/user/bookings')).items).toMatchObject([{ id: booking.id }])
  const query = { tenant: partnerId, occurredAt: { from: '2020-01-01T00:00:00Z' }, limit: 2 }
  const log = await admin.rest.GET('/api/v1/admin/audit-log', { params: { query } })
  expect(bodyOf(log).items).toHaveLength(2)
  expect(log.response.headers.get('link')).toMatch(/occurredAt%5Bfrom%5D=.+; rel="next"$/)
}, 240_000)

test('each endpoint refuses the wrong caller, bad input and unknown ids as the matrix says', async () => {
  const matrix = await endpointMatrix(platform.baseUrl, await callers())
  expect(matrix).not.toMatch(/\| (?:2|5)\d\d/)
  await expect(matrix).toMatchFileSnapshot('endpoint-matrix.md')
}, 120_000)

test('5,000 broken requests get no 5xx, and answers as documented', async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? 1)
  const { failures, statuses } = await fuzz(platform.baseUrl, await callers(), { seed, count: 5_000 })
  expect(failures.slice(0, 10)).toEqual([])
  // The requests reach the services, and get through the checks before them.
  for (const status of [200, 201, 400, 401, 403, 404, 422]) expect(statuses.get(status)).toBeGreaterThan(10)
}, 300_000)

async function callers(): Promise<Callers> {
  const tokens = demoAccounts.map(async ({ email }) =>
    (await signInOverRest(platform.baseUrl, email, demoPassword)).token(),
  )
  const [admin = '', partner = '', fan = ''] = await Promise.all(tokens)
  return { admin, partner, fan }
}
