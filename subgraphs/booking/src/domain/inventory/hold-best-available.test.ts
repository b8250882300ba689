import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, type House, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { onSale, smallHouse } from '../../../test/factories-catalogue.ts'
import { type PlaceRow, places } from '../../db/tables/inventory.ts'
import { NotEnoughSeats, SeatLimitReached } from '../../errors.ts'
import { holdBestAvailable } from './hold-best-available.ts'
import { holdSeats } from './hold-seats.ts'

const database = useDatabase(migrations)

function wanting({ performance, adult }: House, count: number, more: object = {}) {
  const tiers = [{ tierId: adult.id, count }]
  return { performanceId: performance.id, tiers, ...more }
}

async function placesOf({ performance }: House): Promise<PlaceRow[]> {
  const places = await takenSeats(database, performance.id)
  return places.toSorted((a, b) => a.number - b.number)
}

test('takes neighbours in the best row, each at its tier', async () => {
  const hall = await house(database, { seats: 30 })
  const tiers = [
    { tierId: hall.adult.id, count: 2 },
    { tierId: hall.child.id, count: 1 },
  ]
  const hold = await holdBestAvailable(ctxOf(database), wanting(hall, 0, { tiers }))
  const places = await placesOf(hall)
  expect(places.map((place) => place.holdId)).toEqual([hold.id, hold.id, hold.id])
  expect(places.map((place) => place.row)).toEqual([0, 0, 0])
  expect(places.map((place) => (place.position ?? 0) - (places[0]?.position ?? 0))).toEqual([0, 1, 2])
  expect(places.map((place) => place.tierId).toSorted()).toEqual(
    [hall.adult.id, hall.adult.id, hall.child.id].toSorted(),
  )
})

/** Positions of each hold's seats, in the order of the holds. */
async function positionsOf(hall: House, holds: readonly { id: string }[]): Promise<string[]> {
  const places = await placesOf(hall)
  return holds.map(({ id }) => places.flatMap((place) => (place.holdId === id ? [place.position] : [])).join())
}

test('takes the middle of the row first, then the seats beside it, under concurrent requests', async () => {
  for (let round = 0; round < 3; round++) {
    const hall = await house(database, { seats: 10 })
    const first = await Promise.all([1, 2, 3].map(() => holdBestAvailable(ctxOf(database), wanting(hall, 2))))
    expect((await positionsOf(hall, first)).toSorted()).toEqual(['2,3', '4,5', '6,7'])
    const wide = await house(database, { seats: 10 })
    const three = await holdBestAvailable(ctxOf(database), wanting(wide, 3))
    expect(['3,4,5', '4,5,6']).toContain((await positionsOf(wide, [three]))[0])
  }
})

test('takes what is nearest to the middle of the whole row when one side of it is gone', async () => {
  const hall = await house(database, { seats: 10 })
  const seats = [0, 1, 2, 3, 4].map((seatNumber) => ({ seatNumber, tierId: hall.adult.id }))
  await holdSeats(ctxOf(database), { performanceId: hall.performance.id, seats })
  const hold = await holdBestAvailable(ctxOf(database), wanting(hall, 2))
  expect(await positionsOf(hall, [hold])).toEqual(['5,6'])
})

test('knows the middle of each row of a layout', async () => {
  const { performance } = await onSale(database)
  const rows = await database.db.select().from(places).where(eq(places.performanceId, performance.id))
  for (const seats of Map.groupBy(rows, ({ section, row }) => `${section} ${row}`).values()) {
    const positions = seats.map(({ position }) => position ?? Number.NaN)
    const middle = Math.min(...positions) + Math.max(...positions)
    expect(seats.map(({ rowMiddle }) => rowMiddle)).toEqual(seats.map(() => (Number.isNaN(middle) ? null : middle)))
  }
})

test('leaves no single seat between two pairs while a pair fits', async () => {
  for (let round = 0; round < 5; round++) {
    const hall = await house(database, { seats: 10 })
    for (let pair = 0; pair < 5; pair++) await holdBestAvailable(ctxOf(database), wanting(hall, 2))
    expect(await placesOf(hall)).toHaveLength(10)
  }
})

test('does not call seats neighbours that an aisle, or somebody else, is between', async () => {
  const hall = await house(database, { seats: 4 })
  await holdSeats(ctxOf(database), {
    performanceId: hall.performance.id,
    seats: [{ seatNumber: 1, tierId: hall.adult.id }],
  })
  const refusal = await holdBestAvailable(ctxOf(database), wanting(hall, 3)).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(NotEnoughSeats)
  expect(refusal).toMatchObject({ code: 'NOT_ENOUGH_SEATS', free: 3 })
  await holdBestAvailable(ctxOf(database), wanting(hall, 3, { together: false }))
  expect(await placesOf(hall)).toHaveLength(4)

  const split = await onSale(database)
  const wide = { performanceId: split.performance.id, tiers: [{ tierId: split.adult.id, count: 4 }] }
  await holdBestAvailable(ctxOf(database), { ...wide, accessible: 0 })
  const rowB = holdBestAvailable(ctxOf(database), { ...wide, accessible: 0 })
  await expect(rowB).rejects.toThrow(NotEnoughSeats)
})

test('reserves wheelchair spaces and companion seats for those who need them', async () => {
  const hall = await onSale(database)
  const performanceId = hall.performance.id
  const tiers = [{ tierId: hall.adult.id, count: 2 }]
  await holdBestAvailable(ctxOf(database), { performanceId, tiers, together: true, accessible: 1 })
  const taken = await takenSeats(database, performanceId)
  expect(taken.map((place) => place.kind).toSorted()).toEqual(['ACCESSIBLE', 'COMPANION'])
  const again = holdBestAvailable(ctxOf(database), { performanceId, tiers, together: false, accessible: 1 })
  await expect(again).rejects.toThrow(NotEnoughSeats)

  const other = await onSale(database)
  const everySeat = { performanceId: other.performance.id, tiers: [{ tierId: other.adult.id, count: 10 }] }
  await holdBestAvailable(ctxOf(database), { ...everySeat, together: false, accessible: 0 })
  const rest = { performanceId: other.performance.id, tiers: [{ tierId: other.adult.id, count: 4 }] }
  await expect(holdBestAvailable(ctxOf(database), { ...rest, together: false, accessible: 0 })).rejects.toThrow(
    NotEnoughSeats,
  )
})

test('does not seat a group without wheelchair users across a wheelchair space', async () => {
  const hall = await onSale(database)
  const take = (count: number) =>
    holdBestAvailable(ctxOf(database), {
      performanceId: hall.performance.id,
      tiers: [{ tierId: hall.adult.id, count }],
    })
  await take(6)
  await take(3)
  await take(3)
  await expect(take(3)).rejects.toThrow(NotEnoughSeats)
  await take(1)
})

test('takes the seats of expired holds', async () => {
  const hall = await house(database, { seats: 2 })
  await holdBestAvailable(ctxOf(database), wanting(hall, 2))
  await expect(holdBestAvailable(later(ctxOf(database), 9.99), wanting(hall, 2))).rejects.toThrow(NotEnoughSeats)
  const hold = await holdBestAvailable(later(ctxOf(database), 10), wanting(hall, 2))
  expect((await placesOf(hall)).map((place) => place.holdId)).toEqual([hold.id, hold.id])
})

test('finds neighbours behind hundreds of single free seats', async () => {
  const hall = await house(database, { seats: 1420, maxSeatsPerPerson: 100 })
  const singles = Array.from({ length: 700 }, (_each, index) => ({ seatNumber: index * 2, tierId: hall.adult.id }))
  for (let index = 0; index < 700; index += 100) {
    const seats = singles.slice(index, index + 100)
    await holdSeats(ctxOf(database), { performanceId: hall.performance.id, seats })
  }
  const hold = await holdBestAvailable(ctxOf(database), wanting(hall, 2))
  const own = (await placesOf(hall)).filter((place) => place.holdId === hold.id)
  expect(own.every((place) => place.number >= 1399)).toBe(true)
})

test('gives fifty concurrent buyers different seats, and refuses nobody while seats are free', async () => {
  const hall = await house(database, { seats: 100 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => holdBestAvailable(ctxOf(database), wanting(hall, 2))),
  )
  expect(outcomes.filter((outcome) => outcome.status === 'rejected')).toEqual([])
  const places = await placesOf(hall)
  expect(places).toHaveLength(100)
  expect([...Map.groupBy(places, (place) => place.holdId).values()].every((pair) => pair.length === 2)).toBe(true)
})

test('sells a hall that is too small for all buyers to the last seat, and none twice', async () => {
  const hall = await house(database, { seats: 40 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, () => holdBestAvailable(ctxOf(database), wanting(hall, 1, { together: false }))),
  )
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refusals.map((refusal) => refusal.reason)).toEqual(Array(10).fill(expect.any(NotEnoughSeats)))
  expect(await placesOf(hall)).toHaveLength(40)
})

test('answers a repeated request with the same hold, and counts it against the limit once', async () => {
  const hall = await house(database, { maxSeatsPerPerson: 3 })
  const ada = ctxOf(database, testUser())
  const input = wanting(hall, 2, { idempotencyKey: 'best' })
  const [first, second] = await Promise.all([holdBestAvailable(ada, input), holdBestAvailable(ada, input)])
  expect(second?.id).toBe(first?.id)
  await expect(holdBestAvailable(ada, wanting(hall, 2))).rejects.toThrow(SeatLimitReached)
})

test('refuses no place, a tier of another performance, tiers of several zones, and more wheelchairs than people', async () => {
  const hall = await house(database)
  const other = await house(database)
  const mixed = await onSale(database)
  const ctx = ctxOf(database)
  await expect(holdBestAvailable(ctx, wanting(hall, 0))).rejects.toThrow(InvalidInput)
  await expect(holdBestAvailable(ctx, wanting(hall, 1, { tiers: [] }))).rejects.toThrow(InvalidInput)
  const foreign = [{ tierId: other.adult.id, count: 1 }]
  await expect(holdBestAvailable(ctx, wanting(hall, 1, { tiers: foreign }))).rejects.toThrow(/no tier/)
  const zones = [
    { tierId: mixed.adult.id, count: 1 },
    { tierId: mixed.standing.id, count: 1 },
  ]
  const across = { performanceId: mixed.performance.id, tiers: zones, together: true, accessible: 0 }
  await expect(holdBestAvailable(ctx, across)).rejects.toThrow(/zone Floor has no numbered seats/)
  await expect(holdBestAvailable(ctx, wanting(hall, 1, { accessible: 2 }))).rejects.toThrow(InvalidInput)
})

test('names the mutation to use for general admission', async () => {
  const show = await onSale(database)
  const tiers = [{ tierId: show.standing.id, count: 2 }]
  const refused = holdBestAvailable(ctxOf(database), { performanceId: show.performance.id, tiers })
  await expect(refused).rejects.toThrow(/use holdGeneralAdmission/)
})

/** A row of six whose middle is another price zone: 1 2 | 3 4 | 5 6, and behind it a row of the outer zone alone. */
async function mixedRow(zones = ['Stalls', 'Stalls', 'Floor', 'Floor', 'Stalls', 'Stalls']) {
  const seats = (y: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ label: String(index + 1), x: index * 60, y }))
  const front = seats(0, zones.length).map((seat, index) => ({ ...seat, zone: zones[index] }))
  const rows = [
    { label: 'A', seats: front },
    { label: 'B', seats: seats(100, 3) },
  ]
  const sections = [{ kind: 'SEATED' as const, label: 'Stalls', zone: 'Stalls', rows }]
  const hall = await onSale(database, { document: { ...smallHouse, sections } })
  const take = (outer: number, middle: number, more: object = {}) => {
    const tiers = [
      { tierId: hall.child.id, count: outer },
      { tierId: hall.standing.id, count: middle },
    ].filter(({ count }) => count > 0)
    return holdBestAvailable(ctxOf(database), { performanceId: hall.performance.id, tiers, ...more })
  }
  return { hall, take }
}

test('seats people together across the border of zones when their tiers allow it, each at the tier of their seat', async () => {
  const { hall, take } = await mixedRow()
  await take(1, 2)
  const taken = (await placesOf(hall)).map(({ number, tierId }) => [number, tierId])
  const [outer, middle] = [hall.child.id, hall.standing.id]
  expect([
    [
      [1, outer],
      [2, middle],
      [3, middle],
    ],
    [
      [2, middle],
      [3, middle],
      [4, outer],
    ],
  ]).toContainEqual(taken)
})

test('takes of the windows across a border the one nearest to the middle of the row', async () => {
  for (let round = 0; round < 4; round++) {
    const { hall, take } = await mixedRow(['Stalls', 'Floor', 'Stalls', 'Floor', 'Stalls', 'Floor', 'Stalls', 'Floor'])
    await take(1, 1)
    expect((await placesOf(hall)).map(({ number }) => number)).toEqual([3, 4])
  }
})

test('never seats people across a border that their tiers do not allow, nor leaves a row for it', async () => {
  const { take } = await mixedRow()
  await expect(take(0, 3)).rejects.toThrow(NotEnoughSeats)
  await expect(take(4, 0)).rejects.toThrow(NotEnoughSeats)
  await expect(take(3, 1)).rejects.toMatchObject({ code: 'NOT_ENOUGH_SEATS', free: 9 })
  await expect(take(1, 1, { together: false })).rejects.toThrow(InvalidInput)
  await expect(take(1, 1, { accessible: 1 })).rejects.toThrow(InvalidInput)
  await take(3, 0)
  await expect(take(3, 0)).rejects.toThrow(NotEnoughSeats)
})

test('gives two concurrent buyers across zones different seats', async () => {
  const { hall, take } = await mixedRow()
  await Promise.all([take(1, 1), take(1, 1)])
  expect((await placesOf(hall)).map(({ number }) => number)).toEqual([1, 2, 3, 4])
  await expect(take(1, 1)).rejects.toThrow(NotEnoughSeats)
})
