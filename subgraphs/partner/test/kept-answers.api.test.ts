import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { cachedEntity, cachedField } from '@tikitu/kit/testing/graphql/cached-responses'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { askAs } from '@tikitu/kit/testing/graphql/subgraph'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partners } from '../src/db/tables/partners.ts'
import { createLayout } from '../src/domain/layouts/create-layout.ts'
import { publishLayout } from '../src/domain/layouts/publish-layout.ts'
import { company, ctxOf, house, migrations, partnerOn, plan, testAdmin } from './factories.ts'

const database = useDatabase(migrations)

async function settled() {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner)
  const layout = await createLayout(ctxOf(database, owner), { venueId: venue.id, name: 'Plan', document: plan() })
  const callers = {
    anonymous,
    user: testUser(),
    owner,
    'other partner': (await company(database)).owner,
    admin: testAdmin(),
  }
  return { partner, venue, layout, callers, subgraph: await partnerOn(database) }
}

test('partners and venues can be cached for one minute, published layouts for five', async () => {
  const { partner, venue, layout, callers, subgraph } = await settled()
  await publishLayout(ctxOf(database, callers.owner), { layoutId: layout.id })
  const minute = 'max-age=60, public'
  const kept = await Promise.all([
    cachedEntity(subgraph, callers, { type: 'Partner', id: partner.id }),
    cachedEntity(subgraph, callers, { type: 'Venue', id: venue.id }),
    cachedEntity(subgraph, callers, { type: 'Layout', id: layout.id }),
    ...['partner', 'venue', 'layout'].map((field, at) =>
      cachedField(subgraph, callers, `${field}(id: "${[partner, venue, layout][at]?.id}")`),
    ),
    cachedField(subgraph, callers, 'venues'),
  ])
  expect(kept.map(({ cacheControl }) => cacheControl)).toEqual(kept.map(() => minute))
  for (const [index, name] of [partner.name, venue.name, layout.name].entries())
    expect(JSON.stringify(kept[index]?.data)).toContain(name)
  const query = `{ layout(id: "${layout.id}") { document } }`
  expect((await askAs(subgraph, anonymous, { query })).cacheControl).toBe('max-age=300, public')
})

test('fields visible to members only are never cached', async () => {
  const { partner, layout, callers, subgraph } = await settled()
  await database.db.update(partners).set({ status: 'DRAFT' }).where(eq(partners.id, partner.id))
  const kept = await Promise.all([
    cachedEntity(subgraph, callers, { type: 'Partner', id: partner.id }),
    cachedField(subgraph, callers, `partner(id: "${partner.id}")`),
    cachedEntity(subgraph, callers, { type: 'Layout', id: layout.id }),
    cachedField(subgraph, callers, `layout(id: "${layout.id}")`),
  ])
  expect(kept.map(({ cacheControl }) => cacheControl)).toEqual(kept.map(() => 'no-store'))
})
