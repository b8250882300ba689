import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { statementsOf } from '@tikitu/kit/testing/database/statements'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { bookingOn, migrations } from './factories.ts'
import { onSale } from './factories-catalogue.ts'
import { bought } from './purchases.ts'

const database = useDatabase(migrations)

const summary = `id status startsAt timeZone venueName city isOnSale capacity freeSeats priceFrom { amountMinor currency }`
const search = `{ events(sort: SOONEST) { edges { cursor node { id title organizer performances { edges { node { ${summary} } } } } } pageInfo { hasNextPage } } }`
const page = `query ($slug: String!, $id: ID!) {
  eventBySlug(slug: $slug) { id title organizer partner { id } performances { edges { node { ${summary} } } } }
  performance(id: $id) { id tiers { id name price { amountMinor } } event { id title } venue { id } seatMap { layoutId layoutNumber geometry } availability { version sections { bitmap } } }
}`
const mine = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { bookings(first: 20) { edges { node {
  id status cancellableUntil total { amountMinor } refundedTotal { amountMinor } lines { seatLabel price { amountMinor } }
  tickets { id seatLabel tierName attendeeName } performance { id startsAt venueName city event { id title } }
} } } } } }`

/** How many statements an operation sends, which must not depend on how much there is to show. */
async function statements(viewer: Viewer, query: string, variables: Record<string, unknown> = {}): Promise<string[]> {
  const booking = await bookingOn(database)
  const sent = await statementsOf(database.pool, async () => {
    const { errors } = await callAs(booking, viewer, { query, variables })
    expect(errors).toBeUndefined()
  })
  // Whose rights have ended is read by each process once, not for each request.
  return sent.filter((statement) => !statement.includes('"access_subjects"'))
}

test('pages take as many statements for many rows as for a few', async () => {
  const first = await onSale(database, { event: { slug: 'hamlet' } })
  const few = await statements(anonymous, search)
  for (const slug of ['macbeth', 'lear', 'othello']) await onSale(database, { event: { slug } })
  expect(await statements(anonymous, search)).toEqual(few)
  // The hits, then events, partners, performances, venues, tiers and free seats.
  expect(few).toHaveLength(7)

  const asked = { slug: first.event.slug, id: first.performance.id }
  // By slug and by id, related rows, the map and availability; free seats were counted a moment ago.
  expect(await statements(anonymous, page, asked)).toHaveLength(10)
  expect(await statements(anonymous, page, asked)).toHaveLength(9)
})

test('a person’s bookings take as many statements as one of them', async () => {
  const viewer = testUser()
  const of = { of: [{ __typename: 'User', id: viewer.userId }] }
  const show = await onSale(database, { event: { slug: 'much-ado' } })
  await bought(database, show, { viewer, numbers: [0, 1] })
  const few = await statements(viewer, mine, of)
  for (const number of [2, 3]) await bought(database, show, { viewer, numbers: [number] })
  await bought(database, await onSale(database, { event: { slug: 'cymbeline' } }), { viewer, numbers: [2] })
  expect(await statements(viewer, mine, of)).toEqual(few)
  // The list, then lines, tickets, refunds, performances, venues and events.
  expect(few).toHaveLength(7)
})
