import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { sql } from 'drizzle-orm'
import { afterEach, expect, test, vi } from 'vitest'
import { ctxOf, type House, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { asService, bought, captured, held, placed } from '../../../test/purchases.ts'
import type { Ctx } from '../../context.ts'
import { TooManyHolds } from '../../errors.ts'
import { applyCapturedPayment } from '../bookings/apply-captured-payment.ts'
import { cancelBooking } from '../bookings/cancel-booking.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { lockHolder } from './claim-seats.ts'
import { expireHolds } from './expire-holds.ts'
import { holdBestAvailable } from './hold-best-available.ts'
import { releaseHold } from './release-hold.ts'

const database = useDatabase(migrations)
let version = 0

async function configure(values: Record<string, number | null>): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    version += 1
    await applyConfigChange(ctxOf(database), { key: `booking.${key}`, scope: 'platform', value, version })
  }
}

afterEach(async () => {
  const none = { maxOpenHolds: null, maxUnpaidPlaces: null, maxUnpaidPlacesPerAddress: null }
  await configure({ ...none, holdsBeforePause: null, holdPauseSeconds: null })
})

/** Somebody else at that address. */
function at(clientKey: string): Ctx {
  return { ...ctxOf(database, testUser()), clientKey }
}

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => null,
    (error: unknown) => (error instanceof TooManyHolds ? error.reason : error),
  )
}

test('limits unpaid seats per user to thirty over all performances', async () => {
  const ada = ctxOf(database)
  for (let count = 0; count < 5; count++) await held(ada, await house(database), 0, 1, 2, 3, 4, 5)
  const next = await house(database)
  expect(await refusalOf(held(ada, next, 0))).toBe('HELD_SEATS')
  const tiers = [{ tierId: next.adult.id, count: 1 }]
  const best = holdBestAvailable(ada, { performanceId: next.performance.id, tiers })
  await expect(best).rejects.toMatchObject({ reason: 'HELD_SEATS', retryAt: later(ada, 10).now() })
  await held(ctxOf(database), next, 0)
  await held(later(ada, 10.5), next, 1)
})

test('a performance that lets one person have many lets them hold as many', async () => {
  const ada = ctxOf(database)
  const hall = await house(database, { seats: 50, maxSeatsPerPerson: 40 })
  await held(ada, hall, ...Array.from({ length: 40 }, (_each, number) => number))
  expect(await refusalOf(held(ada, await house(database), 0))).toBe('HELD_SEATS')
})

test('limits holds and unpaid bookings per user to ten; paid and ended ones do not count', async () => {
  const ada = ctxOf(database)
  const hall = await house(database, { maxSeatsPerPerson: 20 })
  const holds = []
  for (let number = 0; number < 10; number++) holds.push(await held(ada, hall, number))
  expect(await refusalOf(held(ada, hall, 10))).toBe('OPEN_HOLDS')
  const booking = await placeBooking(ada, { holdId: holds[0]?.id ?? '' })
  expect(await refusalOf(held(ada, hall, 10))).toBe('OPEN_HOLDS')
  await applyCapturedPayment(asService(ada), captured(booking))
  await held(ada, hall, 10)
  await releaseHold(ada, { holdId: holds[1]?.id ?? '' })
  await held(ada, hall, 11)
})

test('applies both limits to concurrent holds of one user for many performances', async () => {
  await configure({ maxUnpaidPlaces: 8, maxOpenHolds: 3 })
  const halls = await Promise.all(Array.from({ length: 8 }, () => house(database)))
  const [ada, bob] = [ctxOf(database), ctxOf(database)]
  const many = await Promise.allSettled(halls.map((hall) => held(ada, hall, 0)))
  expect(many.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  const large = await Promise.allSettled(halls.map((hall) => held(bob, hall, 2, 3, 4)))
  expect(large.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
})

test('one address cannot hold a whole hall, however many accounts it uses', async () => {
  const hall = await house(database, { seats: 60, maxSeatsPerPerson: 10 })
  const tenths = (nth: number) => Array.from({ length: 10 }, (_each, index) => nth * 10 + index)
  for (const nth of [0, 1, 2]) await held(at('here'), hall, ...tenths(nth))
  expect(await refusalOf(held(at('here'), hall, 30))).toBe('ADDRESS')
  await held(at('there'), hall, ...tenths(3))
  await held(ctxOf(database), hall, 40)
  await held(at('here'), await house(database), 0)
  await held(later(at('here'), 10), hall, 0)
})

test('applies the limit of an address to concurrent holds of many accounts; paid seats do not count', async () => {
  await configure({ maxUnpaidPlacesPerAddress: 6 })
  const hall = await house(database, { seats: 60 })
  const holders = Array.from({ length: 12 }, () => at('one'))
  const outcomes = await Promise.allSettled(holders.map((ctx, index) => held(ctx, hall, index * 2, index * 2 + 1)))
  const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [{ outcome, index }] : []))
  expect(won).toHaveLength(3)
  expect(await takenSeats(database, hall.performance.id)).toHaveLength(6)
  const [{ outcome, index } = { outcome: { value: { id: '' } }, index: 0 }] = won
  const payer = holders[index] as Ctx
  const booking = await placeBooking(payer, { holdId: outcome.value.id })
  expect(await refusalOf(held(at('one'), hall, 30))).toBe('ADDRESS')
  await applyCapturedPayment(asService(payer), captured(booking))
  await held(at('one'), hall, 30)
})

test('two accounts of one address wait for one another, and two of different ones do not', async () => {
  const hall = await house(database)
  const { id: performanceId } = hall.performance
  const [hold] = await database.db.transaction(async (tx) => {
    const other = { userId: 'usr_other', performanceId, clientKey: 'shared' }
    for (const lock of lockHolder(other)) await tx.execute(lock)
    await held(at('elsewhere'), hall, 4)
    const waiting = held(at('shared'), hall, 0)
    await vi.waitFor(async () => {
      const { rows } = await database.db.execute(sql`
        select from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`)
      expect(rows).toHaveLength(1)
    })
    return [waiting]
  })
  expect(await hold).toMatchObject({ status: 'ACTIVE' })
})

/** Holds and releases a seat a number of times. */
async function giveBack(ctx: Ctx, hall: House, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await releaseHold(ctx, { holdId: (await held(ctx, hall, 0)).id })
}

const seconds = (count: number) => count / 60

test('after five holds that were given back there is a pause, which doubles with each one more, up to a quarter of an hour', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  await giveBack(ada, hall, 5)
  await expect(held(ada, hall, 0)).rejects.toMatchObject({
    code: 'TOO_MANY_HOLDS',
    reason: 'UNPAID_HOLDS',
    retryAt: later(ada, seconds(15)).now(),
  })
  expect(await refusalOf(held(later(ada, seconds(14)), hall, 0))).toBe('UNPAID_HOLDS')
  let now = later(ada, seconds(15))
  for (const pause of [30, 60, 120, 240, 480, 900]) {
    await giveBack(now, hall, 1)
    expect(await refusalOf(held(later(now, seconds(pause - 1)), hall, 0))).toBe('UNPAID_HOLDS')
    now = later(now, seconds(pause))
  }
  await held(ctxOf(database), hall, 1)
})

test('what lapsed counts from when it lapsed, swept late or not, and is forgotten after an hour', async () => {
  await configure({ holdsBeforePause: 2, holdPauseSeconds: 900 })
  const hall = await house(database)
  const ada = ctxOf(database)
  for (const number of [0, 1]) await held(ada, hall, number)
  expect(await refusalOf(held(later(ada, 10), hall, 2))).toBe('UNPAID_HOLDS')
  await expireHolds(later(ada, 24))
  expect(await refusalOf(held(later(ada, 24), hall, 2))).toBe('UNPAID_HOLDS')
  await held(later(ada, 25), hall, 2)
  const bob = ctxOf(database)
  for (const number of [4, 5]) await held(bob, hall, number)
  await held(later(bob, 70), hall, 6)
})

test('unpaid bookings count as well, given up or lapsed; who paid since starts anew', async () => {
  await configure({ holdsBeforePause: 2, holdPauseSeconds: 900 })
  const hall = await house(database, { seats: 60 })
  const given = await placed(database, hall)
  await cancelBooking(given.ctx, { bookingId: given.booking.id })
  await giveBack(given.ctx, hall, 1)
  expect(await refusalOf(held(given.ctx, hall, 2))).toBe('UNPAID_HOLDS')
  const payer = testUser()
  const ctx = ctxOf(database, payer)
  await giveBack(ctx, hall, 1)
  const other = await held(ctx, hall, 11)
  await bought(database, hall, { viewer: payer, numbers: [12] })
  await releaseHold(later(ctx, 1), { holdId: other.id })
  await held(later(ctx, 1), hall, 13)
})

test('a pause of no seconds is none', async () => {
  await configure({ holdsBeforePause: 1, holdPauseSeconds: 0 })
  const hall = await house(database)
  await giveBack(ctxOf(database), hall, 4)
})
