import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidInput, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  colleague,
  company,
  ctxOf,
  factsAbout,
  house,
  migrations,
  plan,
  staffOf,
  testAdmin,
} from '../../../test/factories.ts'
import { partners } from '../../db/tables/partners.ts'
import { createLayout } from '../layouts/create-layout.ts'
import { findShownLayout } from '../layouts/layout-rows.ts'
import { publishLayout } from '../layouts/publish-layout.ts'
import { listPartners } from '../partners/list-partners.ts'
import { indexSearch } from '../partners/search-index.ts'
import { createVenue } from './create-venue.ts'
import { getVenue, listVenues } from './list-venues.ts'
import { updateVenue } from './update-venue.ts'

const database = useDatabase(migrations)

const globe = {
  name: 'The Globe',
  addressLines: ['21 New Globe Walk'],
  city: 'London',
  postalCode: 'SE1 9DT',
  country: 'GB',
  timeZone: 'Europe/London',
  capacity: 857,
  location: { latitude: 51.508, longitude: -0.097 },
}

test('adds a venue, publishes it and writes the audit log', async () => {
  const { partner, owner } = await company(database)
  const venue = await createVenue(ctxOf(database, owner), { ...globe, partnerId: partner.id })
  expect(venue).toMatchObject({
    name: 'The Globe',
    latitude: 51.508,
    accessibilityFeatures: [],
    images: [],
    version: 1,
  })
  expect(await factsAbout(database, venue.id)).toMatchObject([
    {
      name: 'partner.venueChanged',
      data: {
        venueId: venue.id,
        version: 1,
        partnerId: partner.id,
        city: 'London',
        addressLines: ['21 New Globe Walk', 'SE1 9DT London'],
        timeZone: 'Europe/London',
      },
    },
    { name: 'partner.audited', data: { action: 'createVenue', partnerId: partner.id } },
  ])
})

test('answers a repeated request with the same venue', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const input = { ...globe, partnerId: partner.id, idempotencyKey: 'once' }
  const [first, second] = await Promise.all([createVenue(ctx, input), createVenue(ctx, input)])
  expect(second.id).toBe(first.id)
})

test('changes what is given, clears what is null, and publishes the new state', async () => {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner, { latitude: 1, longitude: 2, description: 'Round' })
  const input = { venueId: venue.id, location: null, capacity: 400, expectedVersion: 1 }
  const changed = await updateVenue(ctxOf(database, owner), input)
  expect(changed).toMatchObject({ latitude: null, longitude: null, capacity: 400, description: 'Round', version: 2 })
  expect(await factsAbout(database, venue.id)).toMatchObject([
    { name: 'partner.venueChanged', data: { version: 2 } },
    { name: 'partner.audited', data: { changes: { fields: ['capacity', 'latitude', 'longitude'] } } },
  ])
  await expect(updateVenue(ctxOf(database, owner), input)).rejects.toThrow(VersionConflict)
})

test('a new time zone keeps the instant of upcoming performances, unless the local time is requested', async () => {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner, { timeZone: 'America/New_York' })
  const ctx = () => ctxOf(database, owner)
  await updateVenue(ctx(), { venueId: venue.id, timeZone: 'Europe/Lisbon' })
  await updateVenue(ctx(), { venueId: venue.id, timeZone: 'Europe/Vienna', performanceTimes: 'KEEP_LOCAL_TIME' })
  await updateVenue(ctx(), { venueId: venue.id, timeZone: 'Europe/Vienna', name: 'Renamed' })
  const changes = (await factsAbout(database, venue.id)).filter(({ name }) => name === 'partner.venueChanged')
  expect(changes.map(({ data }) => data)).toMatchObject([
    { timeZone: 'Europe/Lisbon', performanceTimes: 'KEEP_INSTANT' },
    { timeZone: 'Europe/Vienna', performanceTimes: 'KEEP_LOCAL_TIME' },
    { timeZone: 'Europe/Vienna', performanceTimes: 'KEEP_LOCAL_TIME', name: 'Renamed' },
  ])
})

test('refuses null for what a venue must have, and says for which fields', async () => {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner)
  const nothing = {
    name: null,
    addressLines: null,
    city: null,
    country: null,
    timeZone: null,
    capacity: null,
    images: null,
  }
  const refusal = await updateVenue(ctxOf(database, owner), { venueId: venue.id, ...nothing }).catch(
    (error: unknown) => error,
  )
  expect((refusal as InvalidInput).fields.map(({ field }) => field).toSorted()).toEqual(Object.keys(nothing).toSorted())
})

test.each(['DRAFT', 'UNDER_REVIEW', 'SUSPENDED', 'TERMINATED'] as const)(
  'prepares nothing for a partner that is %s',
  async (status) => {
    const { partner, owner } = await company(database, { status })
    const ctx = ctxOf(database, owner)
    await expect(createVenue(ctx, { ...globe, partnerId: partner.id })).rejects.toThrow(InvalidState)
    const venue = await house(database, partner)
    await expect(updateVenue(ctx, { venueId: venue.id, name: 'Mine' })).rejects.toThrow(InvalidState)
  },
)

test('is for managers of the partner: staff are told so, and for others the venue does not exist', async () => {
  const { partner } = await company(database)
  const venue = await house(database, partner)
  const clerk = await colleague(database, partner, 'BOX_OFFICE')
  const other = await company(database)
  const manager = await colleague(database, partner, 'MANAGER')
  await createVenue(ctxOf(database, manager.viewer), { ...globe, partnerId: partner.id })
  for (const viewer of [clerk.viewer, staffOf(database).viewer]) {
    await expect(createVenue(ctxOf(database, viewer), { ...globe, partnerId: partner.id })).rejects.toThrow(Forbidden)
    await expect(updateVenue(ctxOf(database, viewer), { venueId: venue.id, name: 'X' })).rejects.toThrow(Forbidden)
  }
  const stranger = ctxOf(database, other.owner)
  await expect(createVenue(stranger, { ...globe, partnerId: partner.id })).rejects.toThrow(NotFound)
  await expect(updateVenue(stranger, { venueId: venue.id, name: 'X' })).rejects.toThrow(`There is no venue ${venue.id}`)
  await expect(updateVenue(stranger, { venueId: newId('ven'), name: 'X' })).rejects.toThrow(NotFound)
})

test.each([
  ['capacity', { capacity: 0 }],
  ['location.latitude', { location: { latitude: 91, longitude: 0 } }],
  ['images[0].url', { images: [{ url: 'data:text/html,x', alt: 'x' }] }],
  ['images[0].alt', { images: [{ url: 'https://globe.example/x.jpg', alt: ' ' }] }],
  ['city', { city: '' }],
  ['name', { name: 'Glo\u200bbe' }],
  ['addressLines[0]', { addressLines: ['1 \u202eStreet'] }],
])('names %s when it is wrong', async (field, wrong) => {
  const { partner, owner } = await company(database)
  const refusal = await createVenue(ctxOf(database, owner), { ...globe, ...wrong, partnerId: partner.id }).catch(
    (error: unknown) => error,
  )
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect((refusal as InvalidInput).fields.map((problem) => problem.field)).toContain(field)
})

test('finds venues by name, city, country and partner, page by page, without wildcards', async () => {
  const { partner } = await company(database)
  const city = newId('city')
  for (const name of ['100% Club', 'Apollo', 'apollo two'])
    await house(database, partner, { name, city, country: 'ID' })
  const ctx = ctxOf(database, anonymous)
  const named = async (filter: Parameters<typeof listVenues>[1]) =>
    (await listVenues(ctx, filter, { first: 10 })).edges.map((edge) => edge.node.name)
  expect(await named({ city: city.toUpperCase() })).toHaveLength(3)
  expect(await named({ city, text: 'APOLLO' })).toHaveLength(2)
  expect(await named({ city, text: '%' })).toEqual(['100% Club'])
  expect(await named({ city, country: 'GB' })).toEqual([])
  expect(await named({ partnerId: partner.id })).toHaveLength(3)
  const first = await listVenues(ctx, { city }, { first: 2 })
  const second = await listVenues(ctx, { city }, { first: 2, after: first.pageInfo.endCursor })
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false])
  const ids = [...first.edges, ...second.edges].map((edge) => edge.node.id)
  expect(new Set(ids).size).toBe(3)
})

test('finds venues by name and city however they are typed, and by the new ones after a change', async () => {
  const { partner, owner } = await company(database)
  const venue = await house(database, partner, { name: 'Tonhalle St.Gallen', city: 'Zürich' })
  const partnerId = partner.id
  const found = async (filter: object) =>
    (await listVenues(ctxOf(database, anonymous), { partnerId, ...filter }, {})).edges.length
  for (const text of ['zurich', 'Zu\u0308rich', 'tonh', 'St. Gallen', 'gallen zürich']) {
    expect([text, await found({ text })]).toEqual([text, 1])
  }
  for (const city of ['ZÜRICH', 'zurich', ' Zu\u0308rich']) expect([city, await found({ city })]).toEqual([city, 1])
  expect([await found({ text: 'halle' }), await found({ city: 'Zur' }), await found({ text: '\u200b' })]).toEqual([
    0, 0, 0,
  ])
  await updateVenue(ctxOf(database, owner), { venueId: venue.id, city: 'Genève' })
  expect([await found({ city: 'zurich' }), await found({ city: 'geneve' })]).toEqual([0, 1])
  expect(await found({ text: 'tonhalle geneve' })).toBe(1)
})

test('indexes rows from before the rule, and rows changed without it', async () => {
  const { partner } = await company(database)
  const venue = await house(database, partner, { name: 'Ø', city: 'Łódź' })
  await database.db.execute(sql`
    update venues set searchable = '', folded_city = null, search_rule = 0 where id = ${venue.id}`)
  await database.db.execute(sql`update partners set name = 'Æther' where id = ${partner.id}`)
  expect(await indexSearch(ctxOf(database))).toBe(2)
  expect(await indexSearch(ctxOf(database))).toBe(0)
  const ctx = ctxOf(database, testAdmin())
  expect((await listPartners(ctx, { text: 'aether' }, {})).edges.map(({ node }) => node.id)).toEqual([partner.id])
  expect((await listVenues(ctx, { city: 'lodz', text: 'o' }, {})).edges.map(({ node }) => node.id)).toEqual([venue.id])
})

test('reads few of many venues', async () => {
  const { partner } = await company(database)
  const ctx = ctxOf(database, testAdmin())
  await database.db.execute(sql`
    insert into venues (id, partner_id, name, address_lines, city, country, time_zone, capacity, accessibility_features, images,
      created_at, searchable, folded_city, search_rule)
    select 'ven_many' || n, ${partner.id}, 'Many ' || n, '{}', 'Town', 'GB', 'UTC', 1, '{}', '[]', now(),
      (case when n % 9000 = 0 then 'rare:1A' else 'common:1A' end)::tsvector,
      case when n % 9000 = 0 then 'rare' else 'town' end, 1
    from generate_series(1, 20000) n`)
  await database.pool.query('vacuum analyze venues')
  for (const filter of [{ text: 'rare' }, { city: 'Rare' }]) {
    const list = (await plansOf(database.pool, () => listVenues(ctx, filter, {}))).at(-1)
    expect(list?.seqScans).not.toContain('venues')
    expect(list?.rowsRead).toBeLessThan(200)
  }
})

test('leaves the venues of a suspended partner out of the public list', async () => {
  const city = newId('city')
  const { partner } = await company(database, { status: 'SUSPENDED' })
  await house(database, partner, { city })
  expect((await listVenues(ctxOf(database, anonymous), { city }, {})).edges).toEqual([])
})

test.each(['SUSPENDED', 'TERMINATED'] as const)(
  'hides the venues and layouts of a partner that is %s from the public',
  async (status) => {
    const { partner, owner } = await company(database)
    const venue = await house(database, partner)
    const ctx = ctxOf(database, owner)
    const layout = await createLayout(ctx, { venueId: venue.id, name: 'Plan', document: plan() })
    await publishLayout(ctx, { layoutId: layout.id })
    await database.db.update(partners).set({ status }).where(eq(partners.id, partner.id))
    const found = async (viewer: Viewer) => {
      const ctx = ctxOf(database, viewer)
      const { edges } = await listVenues(ctx, { partnerId: partner.id }, {})
      return [edges.length, (await getVenue(ctx, venue.id))?.id, (await findShownLayout(ctx, layout.id))?.id]
    }
    const stranger = (await company(database)).owner
    for (const viewer of [anonymous, testUser(), stranger])
      expect(await found(viewer)).toEqual([0, undefined, undefined])
    const everything = [1, venue.id, layout.id]
    for (const viewer of [owner, testAdmin()]) expect(await found(viewer)).toEqual(everything)
  },
)
