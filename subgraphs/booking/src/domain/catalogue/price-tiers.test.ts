import { Forbidden, InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { eventInput, organizer, performanceInput } from '../../../test/factories-catalogue.ts'
import { events, type PerformanceRow, type PriceTierRow, performances, priceTiers } from '../../db/tables/catalogue.ts'
import { NotOnSale, PriceChanged } from '../../errors.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { holdBestAvailable } from '../inventory/hold-best-available.ts'
import { holdGeneralAdmission } from '../inventory/hold-general-admission.ts'
import { holdSeats } from '../inventory/hold-seats.ts'
import { createEvent } from './create-event.ts'
import { createPerformance } from './create-performance.ts'
import { getPerformance } from './get-event.ts'
import { listPerformances } from './list-performances.ts'
import { deletePerformance, publishPerformance } from './performance-drafts.ts'
import { lowestPriceOf } from './performance-terms.ts'
import { addPriceTier, updatePriceTier } from './price-tiers.ts'
import { publishEvent } from './publish-event.ts'

const database = useDatabase(migrations)

/** A published performance on sale, with a tier for each zone. */
async function onSale(overrides: object = {}) {
  const by = await organizer(database)
  const manager = ctxOf(database, by.manager)
  const event = await createEvent(manager, eventInput(by.partnerId))
  const performance = await createPerformance(manager, performanceInput(event.id, by, overrides))
  await database.db.update(events).set({ status: 'PUBLISHED' }).where(eq(events.id, event.id))
  const opened = new Date('2027-01-01T00:00:00Z')
  await database.db.update(performances).set({ salesStartAt: opened }).where(eq(performances.id, performance.id))
  return { by, event, performance, tiers: await tiersOf(performance.id), manager: () => ctxOf(database, by.manager) }
}

async function tiersOf(performanceId: string): Promise<PriceTierRow[]> {
  return await database.db.select().from(priceTiers).where(eq(priceTiers.performanceId, performanceId))
}

const tierIn = (tiers: PriceTierRow[], zone: string) => tiers.find((tier) => tier.zone === zone) as PriceTierRow
const fan = () => ctxOf(database)
const holdFloor = (performance: PerformanceRow, tier: PriceTierRow, ctx = fan()) =>
  holdGeneralAdmission(ctx, { performanceId: performance.id, tiers: [{ tierId: tier.id, count: 1 }] })

test('a price is changed for those who buy from then on', async () => {
  const { performance, tiers, manager } = await onSale()
  const floor = tierIn(tiers, 'Floor')
  const early = fan()
  const [booked, held] = [await holdFloor(performance, floor, early), await holdFloor(performance, floor, early)]
  const booking = await placeBooking(early, { holdId: booked.id })
  const changed = await updatePriceTier(manager(), { tierId: floor.id, priceMinor: floor.priceMinor + 500 })
  expect(changed.version).toBe(performance.version + 1)
  await expect(placeBooking(early, { holdId: held.id })).rejects.toThrow(PriceChanged)
  const late = fan()
  const dearer = await placeBooking(late, { holdId: (await holdFloor(performance, floor, late)).id })
  expect(dearer.totalMinor - booking.totalMinor).toBe(500)
  const audits = (await outboxOf(database.db)).filter(
    ({ event }) => event.subject === performance.id && event.type.includes('audited'),
  )
  expect(audits.at(-1)?.event.data).toMatchObject({ action: 'updatePriceTier', changes: { tierId: floor.id } })
})

test.each([
  [
    'named seats',
    'Stalls',
    (id: string, tierId: string) => holdSeats(fan(), { performanceId: id, seats: [{ seatNumber: 0, tierId }] }),
  ],
  [
    'best seats',
    'Stalls',
    (id: string, tierId: string) => holdBestAvailable(fan(), { performanceId: id, tiers: [{ tierId, count: 1 }] }),
  ],
  [
    'standing',
    'Floor',
    (id: string, tierId: string) => holdGeneralAdmission(fan(), { performanceId: id, tiers: [{ tierId, count: 1 }] }),
  ],
])('nobody can hold %s at a price that is closed or not sold now', async (_what, zone, hold) => {
  const { performance, tiers, manager } = await onSale()
  const tier = tierIn(tiers, zone)
  const change = (fields: object) => updatePriceTier(manager(), { tierId: tier.id, ...fields })
  await change({ isClosed: true })
  await expect(hold(performance.id, tier.id)).rejects.toThrow(NotOnSale)
  await change({ isClosed: false, salesEndAt: new Date('2027-03-01T10:00:00Z') })
  await expect(hold(performance.id, tier.id)).rejects.toThrow(/no longer on sale/)
  await change({ salesStartAt: new Date('2027-03-02T00:00:00Z'), salesEndAt: null })
  await expect(hold(performance.id, tier.id)).rejects.toThrow(/not on sale yet/)
  await change({ salesStartAt: null })
  expect(await hold(performance.id, tier.id)).toMatchObject({ status: 'ACTIVE' })
})

test('an early-bird price ends on its own, and the next one starts', async () => {
  const { performance, manager } = await onSale()
  const turn = new Date('2027-03-05T00:00:00Z')
  const tier = (name: string, fields: object) => ({ zone: 'Floor', name, priceMinor: 1000, ...fields })
  await addPriceTier(manager(), { performanceId: performance.id, tier: tier('Early', { salesEndAt: turn }) })
  await addPriceTier(manager(), {
    performanceId: performance.id,
    tier: tier('Late', { salesStartAt: turn, priceMinor: 1500 }),
  })
  const tiers = await tiersOf(performance.id)
  const [early, late] = ['Early', 'Late'].map((name) => tiers.find((each) => each.name === name) as PriceTierRow)
  if (!early || !late) throw new Error('not added')
  await holdFloor(performance, early)
  await expect(holdFloor(performance, late)).rejects.toThrow(NotOnSale)
  const afterwards = later(fan(), 60 * 24 * 7)
  await expect(holdFloor(performance, early, afterwards)).rejects.toThrow(NotOnSale)
  await holdFloor(performance, late, later(fan(), 60 * 24 * 7))
  expect(await lowestPriceOf(afterwards, performance)).toMatchObject({ amountMinor: 1500 })
})

test('refuses a zone without seats, a name twice, an empty time of sale, a stale version, and other people', async () => {
  const { performance, tiers, manager, by } = await onSale()
  const floor = tierIn(tiers, 'Floor')
  const add = (tier: object, ctx = manager()) =>
    addPriceTier(ctx, { performanceId: performance.id, tier: { zone: 'Floor', name: 'New', priceMinor: 1, ...tier } })
  await expect(add({ zone: 'Balcony' })).rejects.toThrow(InvalidInput)
  await expect(add({ name: floor.name })).rejects.toThrow(/already/)
  await expect(add({ priceMinor: -1 })).rejects.toThrow(InvalidInput)
  const moment = new Date('2027-03-05T00:00:00Z')
  await expect(add({ salesStartAt: moment, salesEndAt: moment })).rejects.toThrow(InvalidInput)
  const update = (fields: object, ctx = manager()) => updatePriceTier(ctx, { tierId: floor.id, ...fields })
  for (const expectedVersion of [0, 99])
    await expect(update({ priceMinor: 1, expectedVersion })).rejects.toThrow(VersionConflict)
  await expect(update({ priceMinor: null as never })).rejects.toThrow(InvalidInput)
  await expect(update({ priceMinor: 1 }, ctxOf(database, by.scanner))).rejects.toThrow(Forbidden)
  const stranger = ctxOf(database, testUser({ groups: ['user', 'partner'] }))
  await expect(update({ priceMinor: 1 }, stranger)).rejects.toThrow(NotFound)
  await expect(update({ priceMinor: 1 }, stranger)).rejects.toThrow(/price tier/)
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, performance.id))
  await expect(update({ priceMinor: 1 })).rejects.toThrow(InvalidState)
})

test('of two prices of one name at the same instant one is added', async () => {
  const { performance, manager } = await onSale()
  const tier = { zone: 'Floor', name: 'Twin', priceMinor: 100 }
  const outcomes = await Promise.allSettled(
    [1, 2].map(() => addPriceTier(manager(), { performanceId: performance.id, tier })),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a draft is visible only to its partner, not on sale, not announced, and can be published or deleted', async () => {
  const { performance, event, tiers, manager } = await onSale({ isDraft: true })
  const floor = tierIn(tiers, 'Floor')
  expect(await getPerformance(fan(), performance.id)).toBeNull()
  expect(await getPerformance(manager(), performance.id)).toMatchObject({ isDraft: true })
  const listed = (ctx = fan()) => listPerformances(ctx, event, { upcoming: false })
  expect(await listed()).toMatchObject({ edges: [] })
  expect(await listed(manager())).toMatchObject({ edges: [{ node: { id: performance.id } }] })
  await expect(holdFloor(performance, floor)).rejects.toThrow(NotFound)
  const told = async () =>
    (await outboxOf(database.db)).filter(
      ({ event: fact }) => fact.subject === performance.id && fact.type.includes('performanceChanged'),
    )
  expect(await told()).toEqual([])
  await expect(deletePerformance(fan(), { performanceId: performance.id })).rejects.toThrow(NotFound)
  await expect(publishPerformance(fan(), { performanceId: performance.id })).rejects.toThrow(NotFound)
  await publishPerformance(manager(), { performanceId: performance.id })
  await publishPerformance(manager(), { performanceId: performance.id })
  expect(new Set((await told()).map(({ event: fact }) => fact.id)).size).toBe(1)
  await holdFloor(performance, floor)
  await expect(deletePerformance(manager(), { performanceId: performance.id })).rejects.toThrow(InvalidState)
})

test('deleting a draft leaves nothing of it, and an event of drafts alone cannot be published', async () => {
  const { performance, event, manager } = await onSale({ isDraft: true })
  await database.db.update(events).set({ status: 'DRAFT' }).where(eq(events.id, event.id))
  await expect(publishEvent(manager(), { eventId: event.id })).rejects.toMatchObject({ code: 'EVENT_NOT_READY' })
  expect(await deletePerformance(manager(), { performanceId: performance.id })).toBe(performance.id)
  expect(await tiersOf(performance.id)).toEqual([])
  expect(await listPerformances(manager(), event, { upcoming: false })).toMatchObject({ edges: [] })
})

test('terms that are left open are those that are configured: seats a person, and the tax of the country, on fees too', async () => {
  const by = await organizer(database)
  const manager = ctxOf(database, by.manager)
  const event = await createEvent(manager, eventInput(by.partnerId))
  const configure = (key: string, value: unknown) =>
    applyConfigChange(manager, { key, scope: by.partnerId, value, version: 1 })
  await configure('booking.maxPlacesPerPerson', 3)
  await configure('booking.taxBasisPointsByCountry', { NL: 900, DE: 700 })
  const make = (overrides: object) => {
    const input = performanceInput(event.id, by, {})
    return createPerformance(ctxOf(database, by.manager), { ...input, allowOverlap: true, ...overrides })
  }
  expect(await make({})).toMatchObject({ maxSeatsPerPerson: 3, taxBasisPoints: 900, feeTaxBasisPoints: 900 })
  expect(await make({ maxSeatsPerPerson: 8, taxBasisPoints: 0, feeTaxBasisPoints: 2100 })).toMatchObject({
    maxSeatsPerPerson: 8,
    taxBasisPoints: 0,
    feeTaxBasisPoints: 2100,
  })
})
