import { inTransaction } from '@tikitu/kit/postgres/database'
import type { PageArgs } from '@tikitu/kit/postgres/pagination'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { listBookings, listBookingsOfUser } from '../src/domain/bookings/list-bookings.ts'
import { requestCancellation } from '../src/domain/cancellations/cancellation-request.ts'
import { listCancellationRequests } from '../src/domain/cancellations/list-cancellation-requests.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { listPartnerEvents } from '../src/domain/catalogue/list-partner-events.ts'
import { checkIn } from '../src/domain/check-in/check-in.ts'
import { listCheckIns } from '../src/domain/check-in/list-check-ins.ts'
import { ctxOf, house, later, migrations } from './factories.ts'
import { eventInput, organizer } from './factories-catalogue.ts'
import { member, placed } from './purchases.ts'
import { readBothWays } from './read-both-ways.ts'

const database = useDatabase(migrations)

test('lists bookings from either end, those that expired unnoticed among them', async () => {
  const hall = await house(database)
  const ada = testUser()
  const ids: string[] = []
  for (const number of [0, 1, 2]) {
    ids.unshift((await placed(database, hall, { viewer: ada, numbers: [number] })).booking.id)
  }
  const own = (page: PageArgs) => listBookingsOfUser(ctxOf(database, ada), ada.userId, page)
  expect((await readBothWays(own)).map(({ id }) => id)).toEqual(ids)
  const admin = later(ctxOf(database, testStaff()), 60)
  const filter = { performanceId: hall.performance.id, status: 'EXPIRED' as const }
  const expired = await readBothWays((page) => listBookings(admin, filter, page))
  expect(expired.map(({ id }) => id)).toEqual(ids)
})

test('lists the scans of a performance from either end', async () => {
  const hall = await house(database)
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'))
  const { id: performanceId } = hall.performance
  for (const nonce of ['a', 'b', 'c']) await checkIn(scanner, { performanceId, code: 'forged', nonce })
  const scans = await readBothWays((page) => listCheckIns(scanner, { performanceId }, page))
  expect(scans.map(({ id }) => id)).toEqual(
    scans
      .map(({ id }) => id)
      .toSorted()
      .toReversed(),
  )
  expect(scans).toHaveLength(3)
})

test('lists cancellation requests from either end, the newest first', async () => {
  const ctx = ctxOf(database, testStaff())
  const wish = { partnerId: 'ptr_1', kind: 'TICKETS' as const, reason: null, amounts: { EUR: 1 }, requestedBy: 'usr_1' }
  const ids = await inTransaction(ctx, async (ctx) => {
    const made = []
    for (const subjectId of ['bkg_1', 'bkg_2', 'bkg_3']) {
      made.unshift((await requestCancellation(ctx, { ...wish, subjectId }, 'Hamlet')).id)
    }
    return made
  })
  const requests = await readBothWays((page) =>
    listCancellationRequests(ctx, { filter: { partnerId: 'ptr_1' }, ...page }),
  )
  expect(requests.map(({ id }) => id)).toEqual(ids)
})

test("lists a partner's events from either end, the newest first", async () => {
  const { manager, partnerId } = await organizer(database)
  const ctx = ctxOf(database, manager)
  for (const title of ['A', 'B', 'C']) await createEvent(ctx, eventInput(partnerId, { title }))
  const listed = await readBothWays((page) => listPartnerEvents(ctx, { partnerId, ...page }))
  expect(listed.map(({ title }) => title)).toEqual(['C', 'B', 'A'])
})
