import { InvalidInput } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations, waitForTransactions } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { type AvailabilityView, availabilityOf, packBits } from './availability.ts'
import { blockSeats } from './block-seats.ts'
import { holdGeneralAdmission } from './hold-general-admission.ts'
import { holdSeats } from './hold-seats.ts'

const database = useDatabase(migrations)

function seat({ performance, adult }: Show, ...numbers: number[]) {
  return { performanceId: performance.id, seats: numbers.map((seatNumber) => ({ seatNumber, tierId: adult.id })) }
}

function freeNumbers({ sections }: AvailabilityView): number[] {
  return sections.flatMap(({ first, capacity, bitmap }) => {
    const bytes = Buffer.from(bitmap, 'base64')
    const isFree = (index: number) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0
    return Array.from({ length: capacity }, (_each, index) => index)
      .filter(isFree)
      .map((index) => first + index)
  })
}

function counting(to: number, without: number[] = []): number[] {
  return Array.from({ length: to }, (_each, index) => index).filter((number) => !without.includes(number))
}

test('packs the first seat into the most significant bit', () => {
  expect(packBits('100000001')).toBe(Buffer.from([0x80, 0x80]).toString('base64'))
  expect(packBits('')).toBe('')
})

test('shows every free seat of every section, and no held or blocked one', async () => {
  const show = await onSale(database)
  const { id } = show.performance
  const ctx = ctxOf(database)
  const all = await availabilityOf(ctx, { performanceId: id })
  expect(all).toMatchObject({ isDelta: false, nextChangeAt: null })
  expect(all.sections).toMatchObject([
    { section: 0, first: 0, capacity: 15, free: 15 },
    { section: 1, first: 15, capacity: 50, free: 50 },
  ])
  expect(freeNumbers(all)).toEqual(counting(65))

  await holdSeats(ctx, seat(show, 3))
  await blockSeats(ctxOf(database, show.by.manager), { performanceId: id, seatNumbers: [5, 20], reason: 'Sound desk' })
  const some = await availabilityOf(ctx, { performanceId: id })
  expect(freeNumbers(some)).toEqual(counting(65, [3, 5, 20]))
  expect(some.sections.map((section) => section.free)).toEqual([13, 49])
  expect(some.nextChangeAt).toEqual(new Date('2027-03-01T10:10:00Z'))
})

test('shows the seats of an expired hold as free before the sweep', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database)
  await holdSeats(ctx, seat(show, 3))
  const of = { performanceId: show.performance.id }
  expect(freeNumbers(await availabilityOf(later(ctx, 9.99), of))).not.toContain(3)
  expect(freeNumbers(await availabilityOf(later(ctx, 10), of))).toContain(3)
})

test('answers a version with the sections that changed since, and only those', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database)
  const performanceId = show.performance.id
  await waitForTransactions(database)
  const start = await availabilityOf(ctx, { performanceId })
  const nothing = await availabilityOf(ctx, { performanceId, since: start.version })
  expect(nothing).toMatchObject({ isDelta: true, sections: [] })

  await holdGeneralAdmission(ctx, { performanceId, tiers: [{ tierId: show.standing.id, count: 1 }] })
  await waitForTransactions(database)
  const floor = await availabilityOf(ctx, { performanceId, since: nothing.version })
  expect(floor.sections).toMatchObject([{ section: 1, free: 49 }])
  expect((await availabilityOf(ctx, { performanceId, since: floor.version })).sections).toEqual([])
})

test('answers a version with a section whose hold has lapsed since, though no row has changed', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database)
  const performanceId = show.performance.id
  await holdSeats(ctx, seat(show, 3))
  await waitForTransactions(database)
  const held = await availabilityOf(later(ctx, 5), { performanceId })
  const lapsed = await availabilityOf(later(ctx, 10), { performanceId, since: held.version })
  expect(lapsed.sections).toMatchObject([{ section: 0, free: 15 }])
  expect((await availabilityOf(later(ctx, 11), { performanceId, since: lapsed.version })).sections).toEqual([])
})

test('misses no change of a transaction that began before an answer and committed after it', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database)
  const performanceId = show.performance.id
  let whileOpen: AvailabilityView | undefined
  await inTransaction(ctx, async (tx) => {
    await holdSeats(tx, seat(show, 3))
    // Somebody who began later commits earlier: a counter would have passed the open transaction by.
    await holdGeneralAdmission(ctxOf(database), { performanceId, tiers: [{ tierId: show.standing.id, count: 1 }] })
    whileOpen = await availabilityOf(ctxOf(database), { performanceId })
    expect(freeNumbers(whileOpen)).toContain(3)
  })
  const after = await availabilityOf(ctx, { performanceId, since: whileOpen?.version })
  expect(after.sections.find((section) => section.section === 0)).toMatchObject({ free: 14 })
})

test('answers a version of another database in full, and refuses what is no version', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const foreign = await availabilityOf(ctxOf(database), { performanceId, since: '9000000000000000-1' })
  expect(foreign.isDelta).toBe(false)
  expect(foreign.sections).toHaveLength(2)
  await expect(availabilityOf(ctxOf(database), { performanceId, since: 'x' })).rejects.toThrow(InvalidInput)
})
