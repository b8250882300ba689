import { localKeys, verifyClaims } from '@tikitu/kit/auth/signing-keys'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { quoteClaims, quoteIssuer, quoteType } from '@tikitu/schema/quote'
import { expect, test } from 'vitest'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { asker } from './ask.ts'
import { ctxOf, house, migrations, openingDay } from './factories.ts'
import { asService, bookingById, bought, captured, held, member, placed } from './purchases.ts'

const database = useDatabase(migrations)

const ask = asker(database)

const placeBooking = /* GraphQL */ `
  mutation ($input: PlaceBookingInput!) {
    placeBooking(input: $input) {
      __typename
      ... on Booking {
        id reference status expiresAt quote customer { id } performance { id }
        total { amountMinor currency } fees { amountMinor } tax { amountMinor }
        lines { seatNumber seatLabel tierName attendeeName isCancelled price { amountMinor } fee { amountMinor } refund { amountMinor } }
        tickets { id } refundedTotal { amountMinor }
      }
      ... on Refusal { code message }
      ... on HoldNotActive { holdStatus }
    }
  }
`

test('places a booking with a quote that payment can verify', async () => {
  const hall = await house(database, { feeMinor: 100, taxBasisPoints: 900 })
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 0, 1)
  const input = { holdId: hold.id, attendees: [{ seatNumber: 1, name: 'Ida' }] }
  const { data, errors } = await ask(ada.viewer, placeBooking, { input })
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({
    placeBooking: {
      __typename: 'Booking',
      status: 'AWAITING_PAYMENT',
      customer: { id: hold.userId },
      total: { amountMinor: 10200, currency: 'EUR' },
      lines: [{ attendeeName: null }, { attendeeName: 'Ida', isCancelled: false, refund: { amountMinor: 0 } }],
      tickets: [],
      refundedTotal: { amountMinor: 0 },
    },
  })
  const placed = (data as { placeBooking: { id: string; reference: string; quote: string } }).placeBooking
  const expected = { issuer: quoteIssuer, typ: quoteType, now: openingDay }
  const claims = quoteClaims.parse(await verifyClaims(placed.quote, localKeys(ada.keys.jwks), expected))
  expect(claims).toMatchObject({
    bookingId: placed.id,
    reference: placed.reference,
    userId: hold.userId,
    partnerId: hall.performance.partnerId,
    eventTitle: 'Hamlet',
    total: { amountMinor: 10200, currency: 'EUR' },
    fees: { amountMinor: 200 },
    exp: openingDay.getTime() / 1000 + 600,
  })
  const sum = claims.lines.reduce((all, line) => all + line.price.amountMinor + line.fee.amountMinor, 0)
  expect(sum).toBe(claims.total.amountMinor)
  const again = await ask(ada.viewer, placeBooking, { input })
  expect(again.data).toMatchObject({
    placeBooking: { __typename: 'HoldNotActive', code: 'HOLD_NOT_ACTIVE', holdStatus: 'CONSUMED' },
  })
})

test('returns the quote while payment is due, and only to the customer', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const unpaid = await ask(ctx.viewer, bookingById, { id: booking.id })
  expect(unpaid.data).toMatchObject({
    booking: { quote: expect.stringMatching(/^ey/), ticketsFile: null, calendarFile: null },
  })
  const admin = testStaff()
  expect((await ask(admin, bookingById, { id: booking.id })).data).toMatchObject({ booking: { quote: null } })
  const late = await ask(ctx.viewer, bookingById, { id: booking.id, now: new Date(openingDay.getTime() + 600_000) })
  expect(late.data).toMatchObject({ booking: { status: 'EXPIRED', quote: null } })
  await applyCapturedPayment(asService(ctx), captured(booking))
  const paid = await ask(ctx.viewer, bookingById, { id: booking.id })
  expect(paid.data).toMatchObject({ booking: { status: 'CONFIRMED', quote: null } })
})

test("shows somebody else's booking and ticket as if there were none, by query and as entities", async () => {
  const hall = await house(database)
  const { ctx, booking, tickets } = await bought(database, hall)
  const query = /* GraphQL */ `
    query ($id: ID!, $ticket: ID!, $refs: [_Any!]!) {
      booking(id: $id) { id }
      ticket(id: $ticket) { id }
      _entities(representations: $refs) { ... on Booking { id } ... on Ticket { id } }
    }
  `
  const id = booking.id
  const ticket = tickets[0]?.id ?? ''
  const refs = [
    { __typename: 'Booking', id },
    { __typename: 'Ticket', id: ticket },
  ]
  const variables = { id, ticket, refs }
  const all = { booking: { id }, ticket: { id: ticket }, _entities: [{ id }, { id: ticket }] }
  expect((await ask(ctx.viewer, query, variables)).data).toEqual(all)
  const none = { booking: null, ticket: null, _entities: [null, null] }
  const rival = await member(database, await house(database, { partnerId: 'ptr_rival' }), 'OWNER')
  for (const stranger of [testUser(), rival, await member(database, hall, 'SCANNER'), anonymous]) {
    expect((await ask(stranger, query, variables)).data).toMatchObject(none)
  }
})

test("lists a person's own bookings, the newest first, page by page, and to nobody else", async () => {
  const hall = await house(database)
  const ada = testUser()
  const ids: string[] = []
  for (const number of [0, 1, 2])
    ids.unshift((await placed(database, hall, { viewer: ada, numbers: [number] })).booking.id)
  const query = /* GraphQL */ `
    query ($refs: [_Any!]!, $after: String, $status: BookingStatus) {
      _entities(representations: $refs) {
        ... on User { bookings(first: 2, after: $after, status: $status) { edges { node { id } } pageInfo { hasNextPage endCursor } } }
      }
    }
  `
  const refs = [{ __typename: 'User', id: ada.userId }]
  type Page = { _entities: [{ bookings: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string } } }] }
  const first = (await ask(ada, query, { refs })).data as Page
  const { edges, pageInfo } = first._entities[0].bookings
  const second = (await ask(ada, query, { refs, after: pageInfo.endCursor })).data as Page
  const read = [...edges, ...second._entities[0].bookings.edges].map((edge) => edge.node.id)
  expect(read).toEqual(ids)
  const expired = await ask(ada, query, { refs, status: 'EXPIRED', now: new Date(openingDay.getTime() + 600_000) })
  expect((expired.data as Page)._entities[0].bookings.edges).toHaveLength(2)
  expect((await ask(testUser(), query, { refs })).data).toEqual({ _entities: [{ bookings: null }] })
  expect((await ask(testStaff(), query, { refs })).data).toMatchObject(first)
})

test("lists a partner's bookings for its box office, found by any spelling of the reference", async () => {
  const hall = await house(database, { partnerId: 'ptr_listed' })
  const { booking } = await bought(database, hall)
  await placed(database, hall, { numbers: [5] })
  const query = /* GraphQL */ `
    query ($filter: BookingFilter!) { bookings(filter: $filter) { edges { node { id } } } }
  `
  const boxOffice = await member(database, hall, 'BOX_OFFICE')
  const found = { bookings: { edges: [{ node: { id: booking.id } }] } }
  const reference = booking.reference.toLowerCase().replace('-', ' ')
  const filters = [
    { partnerId: 'ptr_listed', reference },
    { performanceId: hall.performance.id, status: 'CONFIRMED' },
  ]
  for (const filter of filters) expect((await ask(boxOffice, query, { filter })).data).toEqual(found)
  const admin = testStaff()
  expect((await ask(admin, query, { filter: { reference } })).data).toEqual(found)
  const refusals = [
    [boxOffice, {}, 'BAD_USER_INPUT'],
    [await member(database, hall, 'SCANNER'), { partnerId: 'ptr_listed' }, 'FORBIDDEN'],
    [testUser({ groups: ['partner'] }), { partnerId: 'ptr_listed' }, 'NOT_FOUND'],
    [testUser(), { partnerId: 'ptr_listed' }, 'FORBIDDEN'],
  ] as const
  for (const [viewer, filter, code] of refusals) {
    expect((await ask(viewer, query, { filter })).errors?.[0]?.extensions).toMatchObject({ code })
  }
})

test('refuses anonymous callers', async () => {
  const operations = [
    'mutation { extendHold(input: { holdId: "x" }) { __typename } }',
    'mutation { releaseHold(input: { holdId: "x" }) { __typename } }',
    'mutation { placeBooking(input: { holdId: "x" }) { __typename } }',
    'mutation { cancelTickets(input: { bookingId: "x", ticketIds: ["y"] }) { __typename } }',
    'mutation { checkIn(input: { performanceId: "x", code: "y", nonce: "z" }) { __typename } }',
    'mutation { undoCheckIn(input: { checkInId: "x" }) { __typename } }',
    'query { booking(id: "x") { id } }',
    'query { bookings(filter: {}) { edges { cursor } } }',
    'query { ticket(id: "x") { id } }',
    'query { validateTicket(performanceId: "x", code: "y") { message } }',
    'query { checkIns(filter: { performanceId: "x" }) { edges { cursor } } }',
  ]
  for (const query of operations) {
    const { errors } = await ask(anonymous, query, {})
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})
