import { anonymous } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, InvalidInput, NotFound, Unauthenticated, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { and, eq, inArray, sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { ctxOf, type House, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { priceTiers } from '../../db/tables/catalogue.ts'
import { places } from '../../db/tables/inventory.ts'
import { users } from '../../db/tables/partners.ts'
import { NotOnSale, SeatLimitReached, SeatsTaken } from '../../errors.ts'
import { holdSeats } from './hold-seats.ts'

const database = useDatabase(migrations)

function wanting({ performance, adult }: House, ...numbers: number[]) {
  return { performanceId: performance.id, seats: numbers.map((seatNumber) => ({ seatNumber, tierId: adult.id })) }
}

test('holds the seats for ten minutes, each at its own tier', async () => {
  const hall = await house(database)
  const seats = [
    { seatNumber: 3, tierId: hall.adult.id },
    { seatNumber: 4, tierId: hall.child.id },
  ]
  const hold = await holdSeats(ctxOf(database), { performanceId: hall.performance.id, seats })
  expect(hold).toMatchObject({ status: 'ACTIVE', expiresAt: new Date('2027-03-01T10:10:00Z') })
  expect(await takenSeats(database, hall.performance.id)).toMatchObject([
    { number: 3, holdId: hold.id, tierId: hall.adult.id, status: 'HELD' },
    { number: 4, holdId: hold.id, tierId: hall.child.id, status: 'HELD' },
  ])
})

test('holds nothing when one of the seats is taken, and names it', async () => {
  const hall = await house(database)
  await holdSeats(ctxOf(database), wanting(hall, 4))
  const refusal = await holdSeats(ctxOf(database), wanting(hall, 3, 4, 5)).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(SeatsTaken)
  expect(refusal).toMatchObject({ code: 'SEATS_TAKEN', seatNumbers: [4] })
  expect(await takenSeats(database, hall.performance.id)).toHaveLength(1)
})

test('lets one of two racing buyers win, and leaves nothing half held', async () => {
  const hall = await house(database)
  for (let round = 0; round < 10; round++) {
    const numbers = [round * 2, round * 2 + 1]
    const outcomes = await Promise.allSettled([
      holdSeats(ctxOf(database), wanting(hall, ...numbers)),
      holdSeats(ctxOf(database), wanting(hall, ...numbers.toReversed())),
    ])
    expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await takenSeats(database, hall.performance.id)).toHaveLength((numbers[1] as number) + 1)
  }
})

function isSeat(performanceId: string, ...numbers: number[]) {
  return and(eq(places.performanceId, performanceId), inArray(places.number, numbers))
}

async function somebodyWaitsForARow(): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await database.db.execute(sql`
      select from pg_locks where not granted and locktype = 'transactionid' and pid in (
        select pid from pg_stat_activity where datname = current_database())`)
    expect(rows).toHaveLength(1)
  })
}

test('names exactly the seats that were lost while it waited for them, in the same round trip', async () => {
  const hall = await house(database, { allowsSingleSeats: false })
  const { id } = hall.performance
  const connect = vi.spyOn(database.pool, 'connect')
  const lost = await database.db.transaction(async (tx) => {
    await tx
      .update(places)
      .set({ status: 'HOUSE', houseReason: 'Guests' })
      .where(isSeat(id, 4, 6))
    const waiting = holdSeats(ctxOf(database), wanting(hall, 3, 4, 5, 6)).catch((error: unknown) => error)
    await somebodyWaitsForARow()
    connect.mockClear()
    return { waiting }
  })
  expect(await lost.waiting).toMatchObject({ code: 'SEATS_TAKEN', seatNumbers: [4, 6] })
  expect(connect).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

test('gets the seats that were given back while it waited for them', async () => {
  const hall = await house(database)
  const { id } = hall.performance
  const back = new Error('given back')
  const got: Promise<unknown>[] = []
  const taking = database.db.transaction(async (tx) => {
    await tx.update(places).set({ status: 'HOUSE', houseReason: 'Guests' }).where(isSeat(id, 4))
    got.push(holdSeats(ctxOf(database), wanting(hall, 4, 5)))
    await somebodyWaitsForARow()
    throw back
  })
  await expect(taking).rejects.toBe(back)
  expect(await got[0]).toMatchObject({ status: 'ACTIVE' })
})

test('frees a seat when its hold expires, before the sweep', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  await holdSeats(ada, wanting(hall, 7))
  const bob = ctxOf(database)
  await expect(holdSeats(later(bob, 9.99), wanting(hall, 7))).rejects.toThrow(SeatsTaken)
  const hold = await holdSeats(later(bob, 10), wanting(hall, 7))
  expect(await takenSeats(database, hall.performance.id)).toMatchObject([{ number: 7, holdId: hold.id }])
})

test('counts what the same person holds already against the limit, and forgets what lapsed', async () => {
  const hall = await house(database, { maxSeatsPerPerson: 3 })
  const ada = ctxOf(database)
  await holdSeats(ada, wanting(hall, 0, 1))
  await expect(holdSeats(ada, wanting(hall, 2, 3))).rejects.toThrow(SeatLimitReached)
  await holdSeats(ada, wanting(hall, 2))
  await holdSeats(later(ada, 10), wanting(hall, 3, 4, 5))
})

test('applies the limit to concurrent requests of one person', async () => {
  const hall = await house(database, { seats: 160, maxSeatsPerPerson: 2 })
  for (let round = 0; round < 10; round++) {
    const ada = ctxOf(database)
    const numbers = Array.from({ length: 8 }, (_each, index) => round * 16 + index * 2)
    const outcomes = await Promise.allSettled(
      numbers.map((number) => holdSeats(ada, wanting(hall, number, number + 1))),
    )
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refusals.map(({ reason }) => reason)).toEqual(Array(7).fill(expect.any(SeatLimitReached)))
  }
})

test('answers a repeated request with the same hold, and other content under its key with a conflict', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const input = { ...wanting(hall, 1), idempotencyKey: 'once' }
  const [first, second] = await Promise.all([holdSeats(ada, input), holdSeats(ada, input)])
  expect(second?.id).toBe(first?.id)
  await expect(holdSeats(ada, { ...wanting(hall, 2), idempotencyKey: 'once' })).rejects.toThrow(IdempotencyConflict)
  const bob = ctxOf(database)
  await holdSeats(bob, { ...wanting(hall, 2), idempotencyKey: 'once' })
})

test('a key gives no rights: a suspended person gets no hold, and none from before', async () => {
  const hall = await house(database)
  const person = testUser()
  const ada = ctxOf(database, person)
  const input = { ...wanting(hall, 1), idempotencyKey: 'once' }
  await holdSeats(ada, input)
  await database.db.insert(users).values({ id: person.userId, version: 1, status: 'SUSPENDED' })
  await expect(holdSeats(ada, input)).rejects.toThrow(UserSuspended)
  await expect(holdSeats(ada, wanting(hall, 2))).rejects.toThrow(UserSuspended)
})

test('names the refusal that the buyer can act on first', async () => {
  const hall = await house(database, { maxSeatsPerPerson: 2 })
  await holdSeats(ctxOf(database), wanting(hall, 3, 4))
  await database.db
    .update(priceTiers)
    .set({ closedAt: ctxOf(database).now() })
    .where(eq(priceTiers.id, hall.child.id))
  const atClosedTier = { seatNumber: 1, tierId: hall.child.id }
  const { performanceId, seats } = wanting(hall, 3, 4, 99)
  const refused = async (wanted: typeof seats) =>
    await holdSeats(ctxOf(database), { performanceId, seats: wanted }).catch((error: unknown) => error)
  expect(await refused([...seats, atClosedTier])).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await refused([...seats.slice(0, 2), atClosedTier])).toMatchObject({
    message: 'The price "Child" is no longer on sale.',
  })
  expect(await refused(wanting(hall, 1, 3, 4).seats)).toMatchObject({ code: 'SEAT_LIMIT_REACHED', limit: 2 })
  expect(await refused(wanting(hall, 4, 5).seats)).toMatchObject({ code: 'SEATS_TAKEN', seatNumbers: [4] })
})

test.each([
  ['before sales begin', '2026-12-31T23:59:59Z', { salesStartAt: new Date('2027-01-01T00:00:00Z') }],
  ['when sales have ended', '2027-06-01T18:00:00Z', { salesStartAt: null }],
])('refuses %s', async (_when, moment, details) => {
  const hall = await house(database)
  const refusal = await holdSeats(ctxOf(database, testUser(), new Date(moment)), wanting(hall, 1)).catch(
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(NotOnSale)
  expect(refusal).toMatchObject(details)
})

test('refuses a cancelled performance, and does not know a draft', async () => {
  const cancelled = await house(database, { status: 'CANCELLED' })
  await expect(holdSeats(ctxOf(database), wanting(cancelled, 1))).rejects.toThrow(NotOnSale)
  const draft = await house(database, { event: { status: 'DRAFT' } })
  await expect(holdSeats(ctxOf(database), wanting(draft, 1))).rejects.toThrow(NotFound)
})

test('refuses an empty list, duplicates, unknown seats, and a tier of another performance', async () => {
  const hall = await house(database)
  const other = await house(database)
  await expect(holdSeats(ctxOf(database), wanting(hall))).rejects.toThrow(InvalidInput)
  await expect(holdSeats(ctxOf(database), wanting(hall, 1, 1))).rejects.toThrow(InvalidInput)
  await expect(holdSeats(ctxOf(database), wanting(hall, 1, 99))).rejects.toThrow(/no seat 99/)
  const mixed = { ...wanting(hall, 1), seats: [{ seatNumber: 1, tierId: other.adult.id }] }
  await expect(holdSeats(ctxOf(database), mixed)).rejects.toThrow(InvalidInput)
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
})

test('refuses anonymous callers', async () => {
  const hall = await house(database)
  await expect(holdSeats(ctxOf(database, anonymous), wanting(hall, 1))).rejects.toThrow(Unauthenticated)
})

test('takes one round trip on one connection', async () => {
  const hall = await house(database)
  const connect = vi.spyOn(database.pool, 'connect')
  const query = vi.spyOn(database.pool, 'query')
  await holdSeats(ctxOf(database), wanting(hall, 0, 1))
  expect([connect.mock.calls.length, query.mock.calls.length]).toEqual([1, 0])
  vi.restoreAllMocks()
})
