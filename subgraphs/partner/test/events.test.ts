import { withAccessHandlers } from '@tikitu/kit/access/access-subjects'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eventsConsumedBy } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { users } from '../src/db/tables/users.ts'
import { applyUser } from '../src/domain/members/apply-user.ts'
import { handlers } from '../src/events.ts'
import { ctxOf, migrations } from './factories.ts'

const database = useDatabase(migrations)

test('handles every event that is sent to it, and no other', () => {
  expect(Object.keys(withAccessHandlers('partner', handlers)).toSorted()).toEqual(
    eventsConsumedBy('partner').toSorted(),
  )
})

test('keeps the newest state of a user, whatever the order of events', async () => {
  const userId = newId('usr')
  const said = (version: number, email: string | null) => ({
    userId,
    version,
    status: 'ACTIVE' as const,
    email,
    phone: null,
    name: null,
    locale: 'en',
    timeZone: 'UTC',
    marketingConsent: false,
  })
  const ctx = ctxOf(database)
  for (const state of [said(2, 'b@example.org'), said(3, 'c@example.org'), said(1, 'a@example.org')]) {
    await applyUser(ctx, state)
  }
  const rows = await database.db.select().from(users).where(eq(users.id, userId))
  expect(rows).toMatchObject([{ version: 3, email: 'c@example.org' }])
})
