import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eventsConsumedBy } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrations, partnerWithMembers, serviceCtx } from '../test/factories.ts'
import { partnerMembers, partners, users } from './db/tables/projections.ts'
import { applyPartner } from './domain/projections/apply-partner.ts'
import { applyUser } from './domain/projections/apply-user.ts'
import { handlers } from './events.ts'

const database = useDatabase(migrations)

test('handles every event that is sent to payment, and no other', () => {
  expect(Object.keys(withAccessHandlers('payment', handlers)).toSorted()).toEqual(
    eventsConsumedBy('payment').toSorted(),
  )
})

test('keeps the newest state of a partner and its members, whatever the order of events', async () => {
  const { partnerId, owner } = await partnerWithMembers(database)
  const members = [{ userId: owner.userId, role: 'MANAGER' as const }]
  const state = { partnerId, name: 'The New Hall', status: 'SUSPENDED' as const, maySell: false, mayBePaidOut: false }
  await applyPartner(serviceCtx(database), { ...state, version: 3, members })
  await applyPartner(serviceCtx(database), { ...state, version: 2, name: 'Late', members: [] })
  const [partner] = await database.db.select().from(partners).where(eq(partners.id, partnerId))
  expect(partner).toMatchObject({ name: 'The New Hall', version: 3, mayBePaidOut: false })
  const kept = await database.db.select().from(partnerMembers).where(eq(partnerMembers.partnerId, partnerId))
  expect(kept).toEqual([{ partnerId, userId: owner.userId, role: 'MANAGER' }])
})

test('keeps the newest state of an account', async () => {
  const { userId } = testUser()
  const person = { email: null, phone: null, name: null, locale: 'en', timeZone: 'UTC', marketingConsent: false }
  const ctx = serviceCtx(database)
  await applyUser(ctx, { userId, version: 2, status: 'SUSPENDED', ...person })
  await applyUser(ctx, { userId, version: 1, status: 'ACTIVE', ...person })
  const [user] = await database.db.select().from(users).where(eq(users.id, userId))
  expect(user?.status).toBe('SUSPENDED')
})
