import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenPlaces } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { NotEnoughPlaces, PlaceLimitReached, UserSuspended } from '../../errors.ts'
import { applyUser } from '../projections/apply-user.ts'
import { holdGeneralAdmission } from './hold-general-admission.ts'

const database = useDatabase(migrations)

function wanting({ performance, standing }: Show, count: number, more: object = {}) {
  return { performanceId: performance.id, tiers: [{ tierId: standing.id, count }], ...more }
}

test('keeps places where nobody has one of their own, for ten minutes', async () => {
  const show = await onSale(database)
  const hold = await holdGeneralAdmission(ctxOf(database), wanting(show, 3))
  expect(hold.expiresAt).toEqual(new Date('2027-03-01T10:10:00Z'))
  const places = await takenPlaces(database, show.performance.id)
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
  expect(refusals.map((refusal) => refusal.reason)).toEqual(Array(15).fill(expect.any(NotEnoughPlaces)))
  expect(await takenPlaces(database, show.performance.id)).toHaveLength(50)
})

test('says how many are left when that is not enough, and gives them away when the hold is over', async () => {
  const show = await onSale(database, { performance: { maxPlacesPerPerson: 100 } })
  await holdGeneralAdmission(ctxOf(database), wanting(show, 48))
  const refusal = await holdGeneralAdmission(ctxOf(database), wanting(show, 3)).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: 'NOT_ENOUGH_PLACES', free: 2 })
  await holdGeneralAdmission(later(ctxOf(database), 10), wanting(show, 50))
})

test('takes places of the section that was named, and of no other', async () => {
  const show = await onSale(database)
  await holdGeneralAdmission(ctxOf(database), wanting(show, 1, { section: 1 }))
  const elsewhere = holdGeneralAdmission(ctxOf(database), wanting(show, 1, { section: 0 }))
  await expect(elsewhere).rejects.toThrow(NotEnoughPlaces)
})

test('keeps the limit of one person, and sells nothing to a suspended one', async () => {
  const show = await onSale(database, { performance: { maxPlacesPerPerson: 2 } })
  const ada = testUser()
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 3))).rejects.toThrow(PlaceLimitReached)
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 0))).rejects.toThrow(InvalidInput)
  const person = { email: null, phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  await applyUser(ctxOf(database), { userId: ada.userId, version: 2, status: 'SUSPENDED', ...person })
  await expect(holdGeneralAdmission(ctxOf(database, ada), wanting(show, 1))).rejects.toThrow(UserSuspended)
  expect(await takenPlaces(database, show.performance.id)).toEqual([])
})

test('says what to use where seats are numbered', async () => {
  const hall = await house(database)
  const tiers = [{ tierId: hall.adult.id, count: 2 }]
  const refused = holdGeneralAdmission(ctxOf(database), { performanceId: hall.performance.id, tiers })
  await expect(refused).rejects.toThrow(/use holdBestAvailable or holdSeats/)
})
