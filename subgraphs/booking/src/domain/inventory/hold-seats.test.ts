import { anonymous } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, InvalidInput, NotFound, Unauthenticated } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test, vi } from 'vitest'
import { ctxOf, type House, house, later, migrations, takenSeats } from '../../../test/factories.ts'
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
