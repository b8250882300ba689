import { InvalidInput, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { NotEnoughSeats, SeatLimitReached } from '../../errors.ts'
import { applyUser } from '../projections/apply-user.ts'
import { holdGeneralAdmission } from './hold-general-admission.ts'

const database = useDatabase(migrations)

function wanting({ performance, standing }: Show, count: number, more: object = {}) {
  return { performanceId: performance.id, tiers: [{ tierId: standing.id, count }], ...more }
}

test('holds general-admission seats for ten minutes', async () => {
  const show = await onSale(database)
  const hold = await holdGeneralAdmission(ctxOf(database), wanting(show, 3))
  expect(hold.expiresAt).toEqual(new Date('2027-03-01T10:10:00Z'))
  const places = await takenSeats(database, show.performance.id)
  expect(places.map(({ kind, label, holdId }) => ({ kind, label, holdId }))).toEqual(
    Array(3).fill({ kind: 'STANDING', label: 'Floor', holdId: hold.id }),
  )
})

test('fills the floor exactly when more people ask at once than fit', async () => {
  const show = await onSale(database)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, () => holdGeneralAdmission(ctxOf(database), wanting(show, 2))),
  )
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refusals.map((refusal) => refusal.reason)).toEqual(Array(15).fill(expect.any(NotEnoughSeats)))
  expect(await takenSeats(database, show.performance.id)).toHaveLength(50)
})

test('reports the free seats when there are not enough, and frees them when the hold expires', async () => {
  const show = await onSale(database, { performance: { maxSeatsPerPerson: 100 } })
  await holdGeneralAdmission(ctxOf(database), wanting(show, 48))
  const refusal = await holdGeneralAdmission(ctxOf(database), wanting(show, 3)).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'NOT_ENOUGH_SEATS', free: 2 })
  await holdGeneralAdmission(later(ctxOf(database), 10), wanting(show, 50))
})

test('takes seats only of the named section', async () => {
  const show = await onSale(database)
  await holdGeneralAdmission(ctxOf(database), wanting(show, 1, { section: 1 }))
  const elsewhere = holdGeneralAdmission(ctxOf(database), wanting(show, 1, { section: 0 }))
  await expect(elsewhere).rejects.toThrow(NotEnoughSeats)
})

test('applies the limit per person, and refuses suspended users', async () => {
  const show = await onSale(database, { performance: { maxSeatsPerPerson: 2 } })
  const ada = testUser()
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 3))).rejects.toThrow(SeatLimitReached)
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 0))).rejects.toThrow(InvalidInput)
  const person = { email: null, phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  await applyUser(ctxOf(database), { userId: ada.userId, version: 2, status: 'SUSPENDED', ...person })
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 1))).rejects.toThrow(UserSuspended)
  expect(await takenSeats(database, show.performance.id)).toEqual([])
})

test('says what to use where seats are numbered', async () => {
  const hall = await house(database)
  const tiers = [{ tierId: hall.adult.id, count: 2 }]
  const refused = holdGeneralAdmission(ctxOf(database), { performanceId: hall.performance.id, tiers })
  await expect(refused).rejects.toThrow(/use holdBestAvailable or holdSeats/)
})
