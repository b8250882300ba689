import { Forbidden, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { placesOf } from '@tikitu/schema/layout-places'
import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { eventInput, organizer, partnerUser, performanceInput, smallHouse } from '../../../test/factories-catalogue.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { places } from '../../db/tables/inventory.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'

const database = useDatabase(migrations)

async function drafted() {
  const by = await organizer(database)
  const event = await createEvent(ctxOf(database, by.manager), eventInput(by.partnerId))
  const make = (overrides: object = {}, viewer = by.manager) =>
    createPerformance(ctxOf(database, viewer), performanceInput(event.id, by, overrides))
  return { by, event, make }
}

test('inserts a free seat for each seat of the layout, with the same number', async () => {
  const { by, make } = await drafted()
  const performance = await make()
  expect(performance).toMatchObject({
    status: 'SCHEDULED',
    capacity: 65,
    timeZone: 'Europe/Amsterdam',
    venueId: by.venueId,
    salesEndAt: performance.startsAt,
  })
  const rows = await database.db
    .select()
    .from(places)
    .where(eq(places.performanceId, performance.id))
    .orderBy(asc(places.number))
  const drawn = [...placesOf(smallHouse)]
  expect(rows).toMatchObject(drawn.map((place) => ({ ...place, status: 'FREE', holdId: null })))
})

test('stores its terms: fees, tax, cancellation policy and entry rule', async () => {
  const { make } = await drafted()
  const terms = {
    fees: { perTicketMinor: 150, basisPoints: 250 },
    taxBasisPoints: 900,
    cancellation: { deadlineHours: 48, feePerTicketMinor: 500 },
    entryRule: 'REENTRY',
    maxSeatsPerPerson: 4,
  }
  expect(await make(terms)).toMatchObject({
    feeMinor: 150,
    feeBasisPoints: 250,
    taxBasisPoints: 900,
    cancellationDeadlineHours: 48,
    cancellationFeeMinor: 500,
    entryRule: 'REENTRY',
    maxSeatsPerPerson: 4,
  })
  expect((await make({ allowOverlap: true })).cancellationDeadlineHours).toBeNull()
})

test('announces its capacity and start', async () => {
  const { by, event, make } = await drafted()
  const performance = await make()
  const facts = (await outboxOf(database.db)).filter(({ event: fact }) => fact.subject === performance.id)
  expect(facts.map(({ to }) => to).toSorted()).toEqual(['admin', 'admin', 'notification'])
  expect(facts[0]?.event.data).toEqual({
    performanceId: performance.id,
    version: 1,
    eventId: event.id,
    eventTitle: 'Hamlet',
    partnerId: by.partnerId,
    status: 'SCHEDULED',
    startsAt: '2027-06-01T18:00:00.000Z',
    capacity: 65,
    details: {
      moveCount: 0,
      previousStartsAt: null,
      moveReason: null,
      doorsAt: null,
      endsAt: null,
      salesEndAt: '2027-06-01T18:00:00.000Z',
      timeZone: 'Europe/Amsterdam',
      venueName: 'Theater aan het Water',
      venueCity: 'Amsterdam',
      venueAddressLines: ['Kade 1', '1011 AB Amsterdam'],
    },
  })
})

test('answers a repeated request with the same performance', async () => {
  const { event, make } = await drafted()
  const [first, second] = await Promise.all([make({ idempotencyKey: 'p' }), make({ idempotencyKey: 'p' })])
  expect(second?.id).toBe(first?.id)
  const rows = await database.db.select().from(performances).where(eq(performances.eventId, event.id))
  expect(rows).toHaveLength(1)
})

test.each([
  ['startsAt', { startsAt: new Date('2027-03-01T10:00:00Z') }],
  ['doorsAt', { doorsAt: new Date('2027-06-01T18:00:01Z') }],
  ['doorsAt', { doorsAt: new Date('2027-05-31T17:59:59Z') }],
  ['endsAt', { endsAt: new Date('2027-06-01T18:00:00Z') }],
  ['salesEndAt', { salesEndAt: new Date('2026-12-31T00:00:00Z') }],
  ['salesEndAt', { salesEndAt: new Date('2027-06-09T00:00:00Z') }],
  ['maxSeatsPerPerson', { maxSeatsPerPerson: 0 }],
  ['currency', { currency: 'XYZ' }],
  ['tiers', { tiers: [{ zone: 'Stalls', name: 'Adult', priceMinor: 1 }] }],
  ['tiers[2]', { tiers: [...performanceTiers(), { zone: 'Moon', name: 'Adult', priceMinor: 1 }] }],
  ['tiers[2]', { tiers: [...performanceTiers(), { zone: 'Stalls', name: 'Adult', priceMinor: 1 }] }],
  ['tiers[0].name', { tiers: [{ zone: 'Stalls', name: 'Adult\u200b', priceMinor: 1 }] }],
  ['tiers[0].priceMinor', { tiers: [{ zone: 'Stalls', name: 'Adult', priceMinor: -1 }] }],
  ['fees.basisPoints', { fees: { basisPoints: 10_001 } }],
])('names the field %s when it is wrong, and makes nothing', async (field, overrides) => {
  const { event, make } = await drafted()
  const refusal = await make(overrides).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect((refusal as InvalidInput).fields.map((problem) => problem.field)).toEqual([field])
  expect(await database.db.select().from(performances).where(eq(performances.eventId, event.id))).toEqual([])
})

function performanceTiers() {
  return ['Stalls', 'Floor'].map((zone) => ({ zone, name: 'Adult', priceMinor: 1000 }))
}

test('takes no layout of another partner', async () => {
  const { make } = await drafted()
  const other = await organizer(database)
  await expect(make({ layoutId: other.layoutId })).rejects.toThrow(NotFound)
})

test('refuses strangers and members of lesser roles', async () => {
  const { by, make } = await drafted()
  await expect(make({}, partnerUser())).rejects.toThrow(NotFound)
  await expect(make({}, by.scanner)).rejects.toThrow(Forbidden)
})
