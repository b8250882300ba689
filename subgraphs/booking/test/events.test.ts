import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { eventsConsumedBy } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { layouts, partnerMembers, partners, users, venues } from '../src/db/tables/partners.ts'
import { applyLayout } from '../src/domain/projections/apply-layout.ts'
import { applyPartner } from '../src/domain/projections/apply-partner.ts'
import { applyUser } from '../src/domain/projections/apply-user.ts'
import { applyVenue } from '../src/domain/projections/apply-venue.ts'
import { handlers } from '../src/events.ts'
import { ctxOf, migrations } from './factories.ts'
import { smallHouse } from './factories-catalogue.ts'

const database = useDatabase(migrations)

test('every event that is sent to booking is taken in, and no other', () => {
  expect(Object.keys(withAccessHandlers('booking', handlers)).toSorted()).toEqual(
    eventsConsumedBy('booking').toSorted(),
  )
})

function partnerState(partnerId: string, version: number): Payload<'partner.changed'> {
  const members = [
    { userId: `usr_${version}`, role: 'MANAGER' as const },
    { userId: 'usr_always', role: 'OWNER' as const },
  ]
  return {
    partnerId,
    version,
    name: `v${version}`,
    status: 'VERIFIED',
    maySell: version === 3,
    mayBePaidOut: true,
    members,
  }
}

test.each([[[1, 2, 3]], [[3, 2, 1]], [[2, 3, 3, 1]]])(
  'a partner is what its newest state says, in the order %j',
  async (order) => {
    const id = newId('ptr')
    for (const version of order) await applyPartner(ctxOf(database), partnerState(id, version))
    expect(await database.db.select().from(partners).where(eq(partners.id, id))).toEqual([
      { id, version: 3, name: 'v3', status: 'VERIFIED', canSell: true },
    ])
    const members = await database.db.select().from(partnerMembers).where(eq(partnerMembers.partnerId, id))
    expect(members.map((member) => member.userId).toSorted()).toEqual(['usr_3', 'usr_always'])
  },
)

test('a venue and a person are what their newest states say', async () => {
  const venueId = newId('ven')
  const userId = newId('usr')
  const venue = {
    partnerId: 'ptr_1',
    name: 'Hall',
    country: 'NL',
    addressLines: ['Kade 1'],
    timeZone: 'Europe/Amsterdam',
  }
  const person = { email: null, phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  for (const version of [2, 1]) {
    await applyVenue(ctxOf(database), { ...venue, venueId, version, city: `City ${version}` })
    await applyUser(ctxOf(database), { ...person, userId, version, status: version === 2 ? 'SUSPENDED' : 'ACTIVE' })
  }
  expect(await database.db.select().from(venues).where(eq(venues.id, venueId))).toMatchObject([{ city: 'City 2' }])
  expect(await database.db.select().from(users).where(eq(users.id, userId))).toMatchObject([{ status: 'SUSPENDED' }])
})

test('a published layout stays as first received', async () => {
  const layoutId = newId('lay')
  const layout = { layoutId, venueId: 'ven_1', partnerId: 'ptr_1', number: 1, name: 'Main hall', document: smallHouse }
  await applyLayout(ctxOf(database), layout)
  await applyLayout(ctxOf(database), { ...layout, name: 'Another' })
  expect(await database.db.select().from(layouts).where(eq(layouts.id, layoutId))).toMatchObject([
    { name: 'Main hall', capacity: 65, document: smallHouse },
  ])
})
