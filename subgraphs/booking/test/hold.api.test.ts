import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { bookingOn, house, migrations } from './factories.ts'

const database = useDatabase(migrations)

const holdSeats = /* GraphQL */ `
  mutation ($input: HoldSeatsInput!) {
    holdSeats(input: $input) {
      __typename
      ... on Hold { id status expiresAt total { amountMinor currency } seats { seatNumber seatLabel tier { name price { amountMinor } } } performance { id } }
      ... on Refusal { code message }
      ... on SeatsTaken { seatNumbers }
      ... on InvalidInput { fields { field message } }
    }
  }
`

test('returns a hold with its seats and prices, and refuses the next buyer', async () => {
  const booking = await bookingOn(database)
  const { performance, adult, child } = await house(database)
  const seats = [
    { seatNumber: 0, tierId: adult.id },
    { seatNumber: 1, tierId: child.id },
  ]
  const operation = { query: holdSeats, variables: { input: { performanceId: performance.id, seats } } }
  const won = await callAs(booking, testUser(), operation)
  expect(won.errors).toBeUndefined()
  expect(won.data).toMatchObject({
    holdSeats: {
      __typename: 'Hold',
      status: 'ACTIVE',
      expiresAt: '2027-03-01T10:10:00.000Z',
      total: { amountMinor: 7500, currency: 'EUR' },
      seats: [
        { seatNumber: 0, seatLabel: 'Stalls, row A, seat 1', tier: { name: 'Adult', price: { amountMinor: 5000 } } },
        { seatNumber: 1 },
      ],
      performance: { id: performance.id },
    },
  })
  const lost = await callAs(booking, testUser(), operation)
  expect(lost.data).toMatchObject({ holdSeats: { __typename: 'SeatsTaken', code: 'SEATS_TAKEN', seatNumbers: [0, 1] } })
})

test('shows a hold only to its owner, by query and as an entity', async () => {
  const booking = await bookingOn(database)
  const { performance, adult } = await house(database)
  const owner = testUser()
  const input = { performanceId: performance.id, seats: [{ seatNumber: 0, tierId: adult.id }] }
  const held = await callAs(booking, owner, { query: holdSeats, variables: { input } })
  const { id } = (held.data as { holdSeats: { id: string } }).holdSeats
  const query =
    'query ($id: ID!, $refs: [_Any!]!) { hold(id: $id) { id } _entities(representations: $refs) { ... on Hold { id } } }'
  const operation = { query, variables: { id, refs: [{ __typename: 'Hold', id }] } }
  expect((await callAs(booking, owner, operation)).data).toEqual({ hold: { id }, _entities: [{ id }] })
  expect((await callAs(booking, testUser(), operation)).data).toEqual({ hold: null, _entities: [null] })
  const stranger = await callAs(booking, anonymous, operation)
  expect(stranger.data).toMatchObject({ hold: null, _entities: [null] })
  expect(stranger.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('refuses a request for too many seats with a short message', async () => {
  const booking = await bookingOn(database)
  const { performance, adult } = await house(database)
  const seats = Array.from({ length: 20_000 }, (_, seatNumber) => ({ seatNumber, tierId: adult.id }))
  const variables = { input: { performanceId: performance.id, seats } }
  const answer = await callAs(booking, testUser(), { query: holdSeats, variables })
  const tooMany = [{ field: 'seats', message: 'must be at most 100 items' }]
  expect(answer.data).toMatchObject({ holdSeats: { __typename: 'InvalidInput', fields: tooMany } })
  expect(JSON.stringify(answer).length).toBeLessThan(1_000)
  const unknown = Array.from({ length: 100 }, (_, i) => ({ seatNumber: 90_000 + i, tierId: 'x'.repeat(200) }))
  const many = await callAs(booking, testUser(), {
    query: holdSeats,
    variables: { input: { performanceId: performance.id, seats: unknown } },
  })
  expect(many.data).toMatchObject({ holdSeats: { __typename: 'InvalidInput' } })
  expect((many.data as { holdSeats: { fields: object[] } }).holdSeats.fields).toHaveLength(20)
  expect(JSON.stringify(many).length).toBeLessThan(20_000)
})
