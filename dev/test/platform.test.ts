import { setTimeout as pause } from 'node:timers/promises'
import type { Operation, TikituClient } from '@tikitu/client'
import { EventsDocument } from '@tikitu/client/operations'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { payWith, placeBooking, startPayment, waitForConfirmation } from '../src/demo/buy-tickets.ts'
import { holdTwo } from '../src/demo/choose-seats.ts'
import { listMails, type Mail, receiveMail } from '../src/demo/read-mail.ts'
import { register } from '../src/demo/register.ts'
import { runDemo } from '../src/demo/run-demo.ts'
import { type PartnerSetup, setUpPartner } from '../src/demo/set-up-partner.ts'
import { anonymousClient, type SignedInClient } from '../src/demo/signed-in-client.ts'
import { waitFor } from '../src/demo/wait-for.ts'
import { demoPassword } from '../src/embedded/accounts.ts'
import { loadSeedData } from '../src/seed/load-seed-data.ts'
import { seedEvents } from '../src/seed/seed-events.ts'
import type { Stack } from '../src/stack/start-stack.ts'
import { startLossyProxy } from './lossy-proxy.ts'
import { followGuide } from './rest/follow-guide.ts'
import { rowsOf } from './rows-of.ts'
import { demoContextOf, startPlatform } from './test-platform.ts'
import { sendAs, walkthroughOperations } from './walkthrough.ts'

let stack: Stack
let end: () => Promise<void>

beforeAll(async () => {
  ;({ stack, end } = await startPlatform())
}, 240_000)

afterAll(async () => {
  await end?.()
}, 60_000)

test('the demo runs from end to end: buys tickets, scans one twice and cancels another', async () => {
  const steps: string[] = []
  await runDemo(demoContextOf(stack, 'demo', steps))
  expect(steps).toHaveLength(20)
}, 120_000)

test('the seed data is loaded despite lost responses, and loading it again changes nothing', async () => {
  const proxy = await startLossyProxy(4, stack.graphUrl)
  const options = { graphUrl: stack.graphUrl, from: new Date() }
  const done: string[] = []
  await loadSeedData({ ...options, graphUrl: proxy.url, onDone: (slug) => done.push(slug) })
  proxy.close()
  expect(done.toSorted()).toEqual(seedEvents.map(({ slug }) => slug).toSorted())
  const rehearsal = await loadSeedData(options)
  expect(await loadSeedData({ ...options, rehearsal })).toEqual(rehearsal)
  const { events } = await anonymousClient(stack.graphUrl).run(EventsDocument, { first: 50 })
  const titles = events?.edges.map(({ node }) => node.title)
  expect(seedEvents.map(({ title }) => title).filter((title) => titles?.includes(title))).toHaveLength(12)
  const performances = await rowsOf<{ capacity: number }>(
    databaseOf('booking'),
    'select capacity from performances order by 1 desc',
  )
  expect(performances.slice(0, 5).map(({ capacity }) => capacity)).toEqual([18_000, 18_000, 18_000, 18_000, 1_200])
  expect(performances.filter(({ capacity }) => capacity > 60)).toHaveLength(
    seedEvents.reduce((sum, event) => sum + event.performances.length, 0),
  )
  const studio = await rowsOf(databaseOf('booking'), `select 1 from performances where event_id = $1`, [
    rehearsal.eventId,
  ])
  expect(studio).toHaveLength(1)
}, 120_000)

test('docs/buy-a-ticket.md works as described', async () => {
  const operations = walkthroughOperations()
  const [fan, partner] = await Promise.all(['fan', 'partner'].map((name) => tokenOf(`${name}@tikitu.example`)))
  const run = async (name: string, variables: object, token = fan) =>
    await sendAs(stack.graphUrl, token ?? null, { query: operations.get(name) ?? '', variables })
  const [{ node: event }] = (await run('Find', {})).events.edges
  expect(event.title).toBe('Open Rehearsal')
  const [
    {
      node: { id: performanceId, tiers },
    },
  ] = event.performances.edges
  expect(await run('Watch', { performanceId })).toMatchObject({
    availabilityChanged: { availability: { sections: [{ section: 0, free: 60 }] } },
  })
  const { holdBestAvailable: hold } = await run('Hold', { performanceId, tierId: tiers[0].id })
  expect(hold).toMatchObject({ __typename: 'Hold', seats: [{}, {}] })
  const { placeBooking: booking } = await run('Place', { holdId: hold.id })
  expect(booking).toMatchObject({ __typename: 'Booking', total: { amountMinor: 6_146 } })
  const bookingId = booking.id
  expect(await run('Follow', { bookingId })).toMatchObject({ bookingChanged: { status: 'AWAITING_PAYMENT' } })
  const { startPayment: payment } = await run('Start', { quote: booking.quote })
  const pay = async (card: string) => await run('Pay', { paymentId: payment.id, paymentMethod: `pm_sandbox_${card}` })
  expect(await pay('declined')).toMatchObject({ confirmPayment: { lastFailure: { code: expect.any(String) } } })
  await pay('approved')
  const mine = await waitFor('the tickets are there', async () => {
    const [{ node }] = (await run('Mine', {})).me.bookings.edges
    return node.status === 'CONFIRMED' && node
  })
  expect(mine).toMatchObject({ id: bookingId, tickets: [{ status: 'VALID' }, { status: 'VALID' }] })
  const [used, other] = mine.tickets
  const scan = async (nonce: string) => (await run('Scan', { performanceId, code: used.code, nonce }, partner)).checkIn
  expect(await scan('first')).toMatchObject({ __typename: 'Admitted', ticket: { seatLabel: used.seatLabel } })
  expect(await scan('second')).toMatchObject({ __typename: 'AlreadyAdmitted' })
  expect(await run('Cancel', { bookingId, ticketIds: [used.id] })).toMatchObject({
    cancelTickets: { code: 'TICKET_ALREADY_USED' },
  })
  expect(await run('Cancel', { bookingId, ticketIds: [other.id] })).toMatchObject({
    cancelTickets: { __typename: 'Cancellation', refund: { currency: 'EUR' } },
  })
  const done = ['Find', 'Watch', 'Hold', 'Place', 'Follow', 'Start', 'Pay', 'Mine', 'Scan', 'Cancel']
  expect([...operations.keys()].toSorted()).toEqual(done.toSorted())
}, 120_000)

test('docs/rest.md works as described', async () => {
  await followGuide(new URL(stack.graphUrl).origin)
}, 120_000)

async function tokenOf(email: string): Promise<string> {
  const query = `mutation ($email: EmailAddress!, $password: String!) {
    signIn(input: { email: $email, password: $password }) { ... on Session { accessToken } }
  }`
  const { signIn } = await sendAs(stack.graphUrl, null, { query, variables: { email, password: demoPassword } })
  return signIn.accessToken
}

test('public data is cacheable for some seconds, and private data never', async () => {
  const ask = async (query: string) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(stack.graphUrl, { method: 'POST', headers, body: JSON.stringify({ query }) })
    return response.headers.get('cache-control')
  }
  const page =
    '{ events { edges { node { title partner { name } performances { edges { node { startsAt venue { name } tiers { name } } } } } } } }'
  for (let i = 0; i < 2; i++) expect(await ask(page)).toMatch(/^max-age=\d+, public$/)
  expect(
    await ask('{ events { edges { node { performances { edges { node { availability { version } } } } } } } }'),
  ).toBe('no-store')
  expect(await ask('{ events { edges { node { title } } } features }')).toBe('no-store')
})

describe('a purchase', () => {
  let business: PartnerSetup

  beforeAll(async () => {
    business = await setUpPartner(demoContextOf(stack, 'crash'))
  }, 60_000)

  test('with 3-D Secure is approved on a page of the gateway, which leads back; all of it is found by its ids', async () => {
    const { fan, bookingId, paymentId } = await aboutToPay('3ds')
    const { nextAction } = await payWith(fan, paymentId, {
      method: 'pm_sandbox_3ds',
      returnUrl: 'http://localhost:5173/paid',
    })
    const origin = `http://localhost:${stack.settings.ports.gateway}`
    expect(nextAction?.url).toMatch(`${origin}/sandbox/3ds/`)
    const page = await fetch(nextAction?.url ?? '')
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining('form-action'),
    ])
    const answer = { method: 'POST', body: new URLSearchParams({ answer: 'approve' }), redirect: 'manual' } as const
    const back = (await fetch(page.url, answer)).headers.get('location')
    expect(back).toBe(`http://localhost:5173/paid?payment_id=${paymentId}`)
    const { tickets } = await waitForConfirmation(fan, bookingId)
    const ids = [bookingId, paymentId, tickets[0]?.id, fan.userId, business.performanceId]
    expect(await typesOf(fan, ids)).toEqual(['Booking', 'Payment', 'Ticket', 'User', 'Performance'])
    expect(await typesOf(anonymousClient(stack.graphUrl), ids)).toEqual([null, null, null, null, 'Performance'])
    const { keys } = (await (await fetch(`${origin}/.well-known/jwks.json`)).json()) as { keys: object[] }
    expect(tickets).toHaveLength(2)
    expect(keys).toMatchObject([{ kty: 'OKP', crv: 'Ed25519' }])
    expect((await fetch(`${origin}/webhooks/sandbox`, { method: 'POST', body: '{}' })).status).toBe(401)
  }, 60_000)

  test('survives a crash of payment after the provider captured, and of booking before it confirmed', async () => {
    const { fan, bookingId, paymentId } = await aboutToPay('double')
    const [payment, booking] = [stack.process('payment'), stack.process('booking')]
    const paying = payWith(fan, paymentId, 'pm_sandbox_timeout').catch(() => undefined)
    await untilProviderCaptured(paymentId)
    await Promise.all([payment.kill({ stayDown: true }), booking.kill({ stayDown: true })])
    await paying
    expect(await statusesOf(bookingId, paymentId)).toEqual({ booking: 'AWAITING_PAYMENT', payment: 'PROCESSING' })

    payment.start()
    await payment.ready()
    await waitFor('payment learns what the provider did', async () => {
      return (await statusesOf(bookingId, paymentId)).payment === 'CAPTURED'
    })
    await payment.kill({ stayDown: true })
    expect((await statusesOf(bookingId, paymentId)).booking).toBe('AWAITING_PAYMENT')

    payment.start()
    booking.start()
    await Promise.all([payment.ready(), booking.ready()])
    await expectConfirmedOnce(fan, bookingId, paymentId)
  }, 120_000)

  test.each([0, 100])(
    'survives a crash of booking %i ms after the payment, and confirms once',
    async (afterMs) => {
      const { fan, bookingId, paymentId } = await aboutToPay(`after-${afterMs}`)
      await payWith(fan, paymentId, 'pm_sandbox_approved')
      await pause(afterMs)
      await stack.process('booking').kill()
      await stack.process('booking').ready()
      await expectConfirmedOnce(fan, bookingId, paymentId)
    },
    120_000,
  )

  /** A fan with a booking of two seats, one step before the card. */
  async function aboutToPay(name: string): Promise<{ fan: SignedInClient; bookingId: string; paymentId: string }> {
    const world = demoContextOf(stack, `crash-${name}`)
    const fan = await register(world, 'fan', 'Finn Fan')
    const held = await holdTwo(fan, business.performanceId)
    const { bookingId, quote } = await placeBooking(fan, held)
    return { fan, bookingId, paymentId: await startPayment(fan, quote) }
  }
})

/** What the caller may see of these ids, by its type. */
async function typesOf(caller: TikituClient, ids: readonly (string | undefined)[]): Promise<(string | null)[]> {
  const asked: Operation<{ nodes: ({ __typename: string } | null)[] }, { ids: typeof ids }> =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }'
  const { nodes } = await caller.run(asked, { ids })
  return nodes.map((node) => node?.__typename ?? null)
}

async function untilProviderCaptured(paymentId: string): Promise<void> {
  const asked = 'select status from sandbox.intents where order_id = $1'
  await waitFor('the provider captures', async () => {
    const [intent] = await rowsOf<{ status: string }>(databaseOf('payment'), asked, [paymentId])
    return intent?.status === 'CAPTURED'
  })
}

async function statusesOf(bookingId: string, paymentId: string): Promise<{ booking: string; payment: string }> {
  const [booking] = await rowsOf<{ status: string }>(
    databaseOf('booking'),
    'select status from bookings where id = $1',
    [bookingId],
  )
  const [payment] = await rowsOf<{ status: string }>(
    databaseOf('payment'),
    'select status from payments where id = $1',
    [paymentId],
  )
  return { booking: booking?.status ?? '', payment: payment?.status ?? '' }
}

/** Confirmed, two tickets, one mail with them, and the money in the ledger one time. */
async function expectConfirmedOnce(fan: SignedInClient, bookingId: string, paymentId: string): Promise<void> {
  const booking = await waitForConfirmation(fan, bookingId)
  expect(booking.tickets.map(({ status }) => status)).toEqual(['VALID', 'VALID'])
  const captures = await rowsOf(
    databaseOf('payment'),
    `select 1 from transactions where payment_id = $1 and kind = 'CAPTURE'`,
    [paymentId],
  )
  expect(captures).toHaveLength(1)
  const isTicketMail = ({ attachments }: Mail) =>
    !!attachments?.some(({ contentType }) => contentType === 'application/pdf')
  await receiveMail(stack.mailboxUrl ?? '', fan.email, isTicketMail)
  const mails = await listMails(stack.mailboxUrl ?? '', fan.email)
  expect(mails.filter(isTicketMail)).toHaveLength(1)
}

function databaseOf(service: string): string {
  return stack.environment(service)[`${service.toUpperCase()}_DATABASE_URL`] ?? ''
}
