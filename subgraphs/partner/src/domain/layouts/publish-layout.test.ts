import { anonymous } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidState, NotFound, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { events } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  type Company,
  colleague,
  company,
  ctxOf,
  factsAbout,
  house,
  migrations,
  plan,
  staffOf,
} from '../../../test/factories.ts'
import { layoutDocuments, layouts, type VenueRow } from '../../db/tables/venues.ts'
import { LayoutInvalid } from '../../errors.ts'
import { createLayout } from './create-layout.ts'
import { deleteLayout } from './delete-layout.ts'
import { documentOf, getLayout, problemsOf } from './layout-rows.ts'
import { listLayouts } from './list-layouts.ts'
import { publishLayout } from './publish-layout.ts'
import { updateLayout } from './update-layout.ts'

const database = useDatabase(migrations)

interface Stage extends Company {
  venue: VenueRow
}

async function stage(): Promise<Stage> {
  const owned = await company(database)
  return { ...owned, venue: await house(database, owned.partner) }
}

function draft({ owner, venue }: Stage, document: unknown = plan()) {
  return createLayout(ctxOf(database, owner), { venueId: venue.id, name: 'Standard', document })
}

test('imports, exports and imports again the same plan', async () => {
  const globe = await stage()
  const layout = await draft(globe)
  expect(layout).toMatchObject({ status: 'DRAFT', number: null, capacity: 8, version: 1 })
  const exported = await documentOf(ctxOf(database, globe.owner), layout.id)
  expect(exported).toEqual(plan())
  const copy = await draft(globe, exported)
  expect(await documentOf(ctxOf(database, globe.owner), copy.id)).toEqual(plan())
})

test('stores nothing of a document that breaks the format', async () => {
  const globe = await stage()
  await expect(draft(globe, { ...plan(), zones: [] })).rejects.toThrow(LayoutInvalid)
  expect((await listLayouts(ctxOf(database, globe.owner), globe.venue, {})).edges).toEqual([])
})

test('publishes a plan under the next number, with its whole document for booking', async () => {
  const globe = await stage()
  const ctx = ctxOf(database, globe.owner)
  const { id } = await draft(globe)
  expect(await publishLayout(ctx, { layoutId: id, expectedVersion: 1 })).toMatchObject({
    status: 'PUBLISHED',
    number: 1,
    publishedAt: ctx.now(),
  })
  expect(await factsAbout(database, id)).toMatchObject([
    { data: { action: 'createLayout' } },
    { name: 'partner.layoutPublished', data: { layoutId: id, venueId: globe.venue.id, number: 1, document: plan() } },
    { data: { action: 'publishLayout' } },
  ])
  await expect(publishLayout(ctx, { layoutId: id })).rejects.toThrow(InvalidState)
})

test('numbers layouts differently when publishing races', async () => {
  const globe = await stage()
  const drafts = await Promise.all([1, 2, 3, 4].map(() => draft(globe)))
  const ctx = ctxOf(database, globe.owner)
  const published = await Promise.all(drafts.map(({ id }) => publishLayout(ctx, { layoutId: id })))
  expect(published.map((layout) => layout.number).toSorted()).toEqual([1, 2, 3, 4])
})

test('publishes a layout once when two requests race', async () => {
  const globe = await stage()
  const { id } = await draft(globe)
  const ctx = ctxOf(database, globe.owner)
  const outcomes = await Promise.allSettled([
    publishLayout(ctx, { layoutId: id }),
    publishLayout(ctx, { layoutId: id }),
  ])
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const told = (await factsAbout(database, id)).filter((fact) => fact.name === 'partner.layoutPublished')
  expect(told).toHaveLength(1)
})

test('publishes no layout with problems, and lists them', async () => {
  const globe = await stage()
  const document = plan()
  document.zones = [{ name: 'Balcony', color: '#112233' }]
  const layout = await draft(globe, document)
  const ctx = ctxOf(database, globe.owner)
  const problems = [{ path: 'sections[0].zone', message: 'unknown zone Stalls' }]
  expect(await problemsOf(ctx, layout)).toEqual(problems)
  const refusal = await publishLayout(ctx, { layoutId: layout.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(LayoutInvalid)
  expect(refusal).toMatchObject({ problems, problemCount: 1 })
  const mended = await updateLayout(ctx, { layoutId: layout.id, expectedVersion: 1, document: plan() })
  await expect(publishLayout(ctx, { layoutId: layout.id, expectedVersion: 1 })).rejects.toThrow(VersionConflict)
  const renamed = await updateLayout(ctx, { layoutId: layout.id, name: 'Mended' })
  await publishLayout(ctx, { layoutId: layout.id, expectedVersion: renamed.version })
  expect(renamed.version).toBe(mended.version + 1)
})

test('never changes a published layout, neither by a mutation nor in the database', async () => {
  const globe = await stage()
  const ctx = ctxOf(database, globe.owner)
  const { id } = await draft(globe)
  await publishLayout(ctx, { layoutId: id })
  await expect(updateLayout(ctx, { layoutId: id, expectedVersion: 1, name: 'Other' })).rejects.toThrow(InvalidState)
  await expect(deleteLayout(ctx, id)).rejects.toThrow(InvalidState)
  const frozen = { cause: { message: `layout ${id} is published and never changes` } }
  const isIt = eq(layouts.id, id)
  const ofIt = eq(layoutDocuments.layoutId, id)
  await expect(database.db.update(layouts).set({ name: 'Other' }).where(isIt)).rejects.toMatchObject(frozen)
  await expect(database.db.update(layouts).set({ status: 'DRAFT', number: null }).where(isIt)).rejects.toMatchObject(
    frozen,
  )
  await expect(database.db.delete(layouts).where(isIt)).rejects.toMatchObject(frozen)
  await expect(database.db.update(layoutDocuments).set({ document: {} }).where(ofIt)).rejects.toMatchObject(frozen)
  await expect(database.db.delete(layoutDocuments).where(ofIt)).rejects.toMatchObject(frozen)
  expect(await documentOf(ctx, id)).toEqual(plan())
})

test('lets one of two changes based on the same version win, and deletes a draft completely', async () => {
  const globe = await stage()
  const ctx = ctxOf(database, globe.owner)
  const { id } = await draft(globe)
  const outcomes = await Promise.allSettled(
    [plan(3, 3), plan(5, 5)].map((document) => updateLayout(ctx, { layoutId: id, expectedVersion: 1, document })),
  )
  expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toBeInstanceOf(VersionConflict)
  expect((await getLayout(ctx, id))?.version).toBe(2)
  expect(await deleteLayout(ctx, id)).toBe(id)
  expect(await database.db.select().from(layoutDocuments).where(eq(layoutDocuments.layoutId, id))).toEqual([])
})

test('shows published layouts to everybody, and drafts to members and staff', async () => {
  const globe = await stage()
  const ctx = ctxOf(database, globe.owner)
  const published = await draft(globe)
  await publishLayout(ctx, { layoutId: published.id })
  const { id } = await draft(globe)
  const scanner = (await colleague(database, globe.partner, 'SCANNER')).viewer
  for (const viewer of [globe.owner, scanner, staffOf(database).viewer]) {
    const insider = ctxOf(database, viewer)
    expect((await getLayout(insider, id))?.id).toBe(id)
    expect((await listLayouts(insider, globe.venue, {})).edges).toHaveLength(2)
  }
  for (const viewer of [anonymous, (await company(database)).owner]) {
    const outsider = ctxOf(database, viewer)
    expect(await getLayout(outsider, id)).toBeNull()
    expect((await getLayout(outsider, published.id))?.number).toBe(1)
    expect((await listLayouts(outsider, globe.venue, {})).edges).toHaveLength(1)
  }
})

test('is for managers of the partner', async () => {
  const globe = await stage()
  const { id: layoutId } = await draft(globe)
  const clerk = (await colleague(database, globe.partner, 'BOX_OFFICE')).viewer
  const other = (await company(database)).owner
  const acts = [
    (viewer: typeof other) => draft({ ...globe, owner: viewer }),
    (viewer: typeof other) => updateLayout(ctxOf(database, viewer), { layoutId, expectedVersion: 1, name: 'X' }),
    (viewer: typeof other) => publishLayout(ctxOf(database, viewer), { layoutId }),
    (viewer: typeof other) => deleteLayout(ctxOf(database, viewer), layoutId),
  ]
  for (const act of acts) {
    await expect(act(clerk)).rejects.toThrow(Forbidden)
    await expect(act(other)).rejects.toThrow(NotFound)
  }
})

test('imports an arena of 18,000 seats and publishes it to booking within seconds', async () => {
  const owned = await company(database)
  const venue = await house(database, owned.partner, { capacity: 20_000 })
  const document = plan(60, 300)
  const start = performance.now()
  const { id, capacity } = await draft({ ...owned, venue }, document)
  await publishLayout(ctxOf(database, owned.owner), { layoutId: id })
  expect(capacity).toBe(18_000)
  const { event } =
    (await outboxOf(database.db)).find((delivery) => delivery.event.subject === id && delivery.to === 'booking') ?? {}
  expect(events['partner.layoutPublished'].payload.parse(event?.data).document).toEqual(document)
  expect(performance.now() - start).toBeLessThan(10_000)
})
