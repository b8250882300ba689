import { newId } from '@tikitu/kit/base/ids'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { onSale, performanceInput, type Show, smallHouse } from '../../../test/factories-catalogue.ts'
import { applyLayout } from '../projections/apply-layout.ts'
import { applyVenue } from '../projections/apply-venue.ts'
import { createPerformance } from './create-performance.ts'
import type { EventFilter } from './event-filter.ts'
import { searchEvents } from './search-events.ts'
import { indexSearch } from './search-index.ts'
import { updateEvent } from './update-event.ts'

const database = useDatabase(migrations)

/** The titles of the partner's events that are found some minutes after opening. */
async function found({ by }: Show, filter: EventFilter, minutes = 0): Promise<string[]> {
  const ctx = later(ctxOf(database), minutes)
  const { edges } = await searchEvents(ctx, { filter: { ...filter, partnerId: by.partnerId }, sort: 'SOONEST' })
  return edges.map((edge) => edge.node.title)
}

function venue({ by }: Show, name: string, city: string) {
  const { venueId, partnerId } = by
  return { venueId, partnerId, version: 2, name, city, country: 'CH', addressLines: [], timeZone: 'Europe/Zurich' }
}

/** Another house of the partner, with a layout of its own. */
async function otherHouse(show: Show, name: string, city: string): Promise<string> {
  const [venueId, layoutId] = [newId('ven'), newId('lay')]
  await applyVenue(ctxOf(database), { ...venue(show, name, city), venueId })
  const { partnerId } = show.by
  await applyLayout(ctxOf(database), { layoutId, venueId, partnerId, number: 1, name: 'Hall', document: smallHouse })
  return layoutId
}

async function performIn({ by, event }: Show, layoutId: string): Promise<void> {
  await createPerformance(ctxOf(database, by.manager), performanceInput(event.id, { ...by, layoutId }))
}

test('an event is found by its venue and city together with its own words, in any spelling', async () => {
  const show = await onSale(database, { event: { title: 'AC/DC Tribute' } })
  await applyVenue(ctxOf(database), venue(show, 'Tonhalle Zürich', 'Zürich'))
  for (const text of ['AC/DC', 'tonhalle', 'Zurich', 'Zu\u0308rich acdc', 'TRIBUTE tonh']) {
    expect(await found(show, { text })).toEqual(['AC/DC Tribute'])
  }
  for (const city of ['Zürich', 'ZÜRICH', ' Zürich ', 'Zurich', 'Zu\u0308rich']) {
    expect(await found(show, { city })).toEqual(['AC/DC Tribute'])
  }
  expect(await found(show, { text: 'tonhalle hamlet' })).toEqual([])
  for (const city of ['Zuric', 'Tonhalle', ' ']) expect(await found(show, { city })).toEqual([])
})

test('a renamed venue is found only by its new name, and the event keeps its own words', async () => {
  const show = await onSale(database, { event: { title: 'Othello in Amsterdam' } })
  expect(await found(show, { text: 'water amsterdam' })).toEqual(['Othello in Amsterdam'])
  await applyVenue(ctxOf(database), venue(show, 'Opernhaus', 'Zürich'))
  expect(await found(show, { text: 'water' })).toEqual([])
  expect(await found(show, { text: 'othello amsterdam opernhaus' })).toEqual(['Othello in Amsterdam'])
  await updateEvent(ctxOf(database, show.by.manager), { eventId: show.event.id, title: 'Macbeth' })
  expect(await found(show, { text: 'othello' })).toEqual([])
  expect(await found(show, { text: 'macbeth opernhaus' })).toEqual(['Macbeth'])
})

test('an event is not found by a venue with only past performances', async () => {
  const soon = { startsAt: new Date('2027-03-01T11:00:00Z') }
  const show = await onSale(database, { event: { title: 'On tour' }, performance: soon })
  await performIn(show, await otherHouse(show, 'Tonhalle', 'Zürich'))
  expect(await found(show, { text: 'water' })).toEqual(['On tour'])
  expect(await found(show, { text: 'water' }, 240)).toEqual([])
  expect(await found(show, { text: 'tour tonhalle' }, 240)).toEqual(['On tour'])
})

test('concurrent renames and new performances in other venues lose no words', async () => {
  const show = await onSale(database)
  const houses = await Promise.all(
    ['Burgtheater', 'Volkstheater', 'Scala'].map((name) => otherHouse(show, name, 'Wien')),
  )
  await Promise.all([
    applyVenue(ctxOf(database), venue(show, 'Tonhalle', 'Zürich')),
    ...houses.map((layoutId) => performIn(show, layoutId)),
  ])
  for (const text of ['tonhalle', 'burgtheater', 'volkstheater', 'scala']) {
    expect(await found(show, { text })).toEqual(['Hamlet'])
  }
})

test('a rename that waits for a performance in another venue keeps the words of that venue', async () => {
  const show = await onSale(database)
  const layoutId = await otherHouse(show, 'Burgtheater', 'Wien')
  const rename = await inTransaction(ctxOf(database, show.by.manager), async (ctx) => {
    await createPerformance(ctx, performanceInput(show.event.id, { ...show.by, layoutId }))
    const renaming = applyVenue(ctxOf(database), venue(show, 'Tonhalle', 'Zürich'))
    await expect.poll(waitingRenames).toBe(1)
    return { renaming }
  })
  await rename.renaming
  expect([await found(show, { text: 'burgtheater' }), await found(show, { text: 'tonhalle' })]).toEqual([
    ['Hamlet'],
    ['Hamlet'],
  ])
})

async function waitingRenames(): Promise<number> {
  const { rows } = await database.db.execute<{ count: number }>(sql`
    select count(*)::integer as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%booking.lockEventsOfVenue%'`)
  return rows[0]?.count ?? 0
}

test('cuts rows of before, those that another rule cut, and those whose text was changed past the rule', async () => {
  const show = await onSale(database, { event: { title: 'St.Pauli' } })
  const ofEvent = sql`id = ${show.event.id}`
  await database.db.execute(sql`update events set searchable = '''stale''', search_rule = 0 where ${ofEvent}`)
  await database.db.transaction(async (db) => {
    await db.execute(sql`select from events where ${ofEvent} for update`)
    expect(await indexSearch(ctxOf(database))).toBe(0)
  })
  await database.db.execute(sql`
    update venues set searchable = '', folded_city = null, search_rule = 0 where id = ${show.by.venueId}`)
  expect([await found(show, { text: 'st.pauli' }), await found(show, { city: 'amsterdam' })]).toEqual([[], []])
  expect(await indexSearch(ctxOf(database))).toBe(2)
  expect(await found(show, { text: 'pauli water', city: 'amsterdam' })).toEqual(['St.Pauli'])
  expect(await found(show, { text: 'stale' })).toEqual([])
  await database.db.execute(sql`update events set title = 'Altona' where ${ofEvent}`)
  await database.db.execute(sql`update venues set city = 'Bern' where id = ${show.by.venueId}`)
  expect(await indexSearch(ctxOf(database))).toBe(2)
  expect(await found(show, { text: 'altona bern' })).toEqual(['Altona'])
  expect(await indexSearch(ctxOf(database))).toBe(0)
})

test('reads no more than what it finds, however many events there are', async () => {
  const show = await onSale(database, { event: { title: 'Needle' } })
  await database.db.execute(sql`
    insert into events (id, partner_id, slug, title, category, status, created_at, published_at, searchable, search_rule)
    select 'shw_' || n, ${show.by.partnerId}, 'hay-' || n, 'Hay ' || n, 'OTHER', 'PUBLISHED', now(), now(),
      ('''hay'':1A ''' || n || ''':2A')::tsvector, 1 from generate_series(1, 20000) as n`)
  for (const table of ['events', 'performances', 'venues', 'partners']) {
    await database.db.execute(sql.raw(`vacuum analyze ${table}`))
  }
  for (const filter of [{ text: 'needle' }, { text: 'needle water' }, { text: 'needle', city: 'amsterdam' }]) {
    const [plan] = await plansOf(database.pool, () => searchEvents(ctxOf(database), { filter, sort: 'RELEVANCE' }))
    expect(plan?.seqScans).not.toContain('events')
    expect(plan?.rowsRead).toBeLessThan(200)
  }
  const [sweep] = await plansOf(database.pool, () => indexSearch(ctxOf(database)))
  expect(sweep?.rowsRead).toBeLessThan(200)
})
