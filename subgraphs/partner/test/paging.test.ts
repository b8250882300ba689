import { newId } from '@tikitu/kit/base/ids'
import type { Connection, PageArgs } from '@tikitu/kit/postgres/pagination'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import { listLayouts } from '../src/domain/layouts/list-layouts.ts'
import { listMemberships } from '../src/domain/members/list-memberships.ts'
import { listMembers } from '../src/domain/members/members.ts'
import { listPartners } from '../src/domain/partners/list-partners.ts'
import { listVenues } from '../src/domain/venues/list-venues.ts'
import { company, ctxOf, house, memberOf, migrations, plan, staffOf, today } from './factories.ts'

const database = useDatabase(migrations)

type Read = (args: PageArgs) => Promise<Connection<{ id: string }> | null>

const idsOf = (page: Connection<{ id: string }> | null) => page?.edges.map(({ node }) => node.id) ?? []

/** Reads a list of three forwards and backwards, two at a time, and expects the same order. */
async function expectBothWays(read: Read): Promise<void> {
  const all = idsOf(await read({}))
  expect(all).toHaveLength(3)
  const first = await read({ first: 2 })
  const second = await read({ first: 2, after: first?.pageInfo.endCursor })
  expect([idsOf(first), idsOf(second)]).toEqual([all.slice(0, 2), all.slice(2)])
  const last = await read({ last: 2 })
  const previous = await read({ last: 2, before: last?.pageInfo.startCursor })
  expect([idsOf(previous), idsOf(last)]).toEqual([all.slice(0, 1), all.slice(1)])
  expect([last?.pageInfo.hasPreviousPage, previous?.pageInfo.hasPreviousPage]).toEqual([true, false])
}

test("reads a partner's venues, layouts and members forwards and backwards", async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  for (const name of ['B', 'A', 'A']) await house(database, partner, { name })
  await expectBothWays((args) => listVenues(ctx, { partnerId: partner.id }, args))
  const venue = await house(database, partner)
  for (const name of ['B', 'A', 'C']) await createLayout(ctx, { venueId: venue.id, name, document: plan() })
  await expectBothWays((args) => listLayouts(ctx, venue, args))
  for (const role of ['MANAGER', 'SCANNER'] as const) await memberOf(database, partner, { role })
  await expectBothWays((args) => listMembers(ctx, partner, args))
})

test('lists members in the order in which they joined, not in that of their invitations', async () => {
  const { partner, owner } = await company(database)
  const invited = await memberOf(database, partner, { role: 'SCANNER' })
  await database.db.update(partnerMembers).set({ joinedAt: today }).where(eq(partnerMembers.id, invited.id))
  const second = await memberOf(database, partner, { role: 'SCANNER' })
  const page = await listMembers(ctxOf(database, owner), partner, {})
  expect(idsOf(page).slice(1)).toEqual([second.id, invited.id])
})

test('reads partners forwards and backwards', async () => {
  const name = newId('word').slice(5)
  for (const legalName of ['B', 'A', 'C']) await company(database, { name, legalName })
  await expectBothWays((args) => listPartners(staffOf(database), { text: name }, args))
})

test('reads the memberships of a user forwards and backwards, and those of nobody else', async () => {
  const viewer = testUser()
  for (const role of ['SCANNER', 'MANAGER', 'SCANNER'] as const) {
    await memberOf(database, (await company(database)).partner, { userId: viewer.userId, role })
  }
  await expectBothWays((args) => listMemberships(ctxOf(database, viewer), viewer.userId, args))
  expect(await listMemberships(ctxOf(database), viewer.userId, {})).toBeNull()
})
