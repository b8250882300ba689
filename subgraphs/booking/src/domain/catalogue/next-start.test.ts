import { inTransaction } from '@tikitu/kit/postgres/database'
import { migrateDatabase } from '@tikitu/kit/postgres/migrate'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { migrationsUpTo } from '@tikitu/kit/testing/database/older-migrations'
import { plansOf } from '@tikitu/kit/testing/database/plans'
import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { onSale, performanceInput, type Show } from '../../../test/factories-catalogue.ts'
import { events, performances } from '../../db/tables/catalogue.ts'
import { cancelPerformance } from './cancel-performance.ts'
import { createPerformance } from './create-performance.ts'
import { refreshNextStarts } from './next-start.ts'
import { postponePerformance } from './postpone-performance.ts'
import { reschedulePerformance } from './reschedule-performance.ts'
import { type EventSort, searchEvents } from './search-events.ts'

const database = useDatabase(migrations)
const day = 24 * 60

/** The events of some shows, the soonest first, so many minutes after opening. */
async function order(shows: Record<string, Show>, minutes = 0): Promise<string[]> {
  const { edges } = await searchEvents(later(ctxOf(database), minutes), { sort: 'SOONEST', first: 100 })
  const names = new Map(Object.entries(shows).map(([name, show]) => [show.event.id, name]))
  return edges.flatMap(({ node }) => names.get(node.id) ?? [])
}

async function showAt(...starts: string[]): Promise<Show> {
  const [first, ...others] = starts.map((start) => ({ startsAt: new Date(start) }))
  const show = await onSale(database, { performance: first })
  for (const other of others) {
    const ctx = ctxOf(database, show.by.manager)
    await createPerformance(ctx, performanceInput(show.event.id, show.by, other))
  }
  return show
}

async function readNext(show: Show) {
  const [row] = await database.db
    .select({ at: events.nextStartsAt, until: events.nextStartsUntil })
    .from(events)
    .where(eq(events.id, show.event.id))
  return row
}

test('lists an event by its next performance once one has ended, before any job runs, and omits it after the last', async () => {
  // Opening day is 1 March.
  const early = await showAt('2027-03-03T18:00:00Z', '2027-03-20T18:00:00Z')
  const middle = await showAt('2027-03-10T18:00:00Z')
  const shows = { early, middle }
  await refreshNextStarts(ctxOf(database))
  expect(await order(shows)).toEqual(['early', 'middle'])
  for (const isRefreshed of [false, true]) {
    if (isRefreshed) await refreshNextStarts(later(ctxOf(database), 3 * day))
    expect(await order(shows, 3 * day)).toEqual(['middle', 'early'])
  }
  expect(await order(shows, 12 * day)).toEqual(['early'])
  expect(await order(shows, 40 * day)).toEqual([])
  await refreshNextStarts(later(ctxOf(database), 40 * day))
  expect(await readNext(early)).toEqual({ at: null, until: 'infinity' })
  expect(await order(shows, 40 * day)).toEqual([])
})

test('follows every change of a performance at once, without a job', async () => {
  const one = await showAt('2027-04-01T18:00:00Z')
  const two = await showAt('2027-04-10T18:00:00Z')
  const three = await showAt('2027-04-20T18:00:00Z', '2027-04-21T18:00:00Z')
  const shows = { one, two, three }
  const refreshed = async () => {
    const before = await order(shows)
    await refreshNextStarts(ctxOf(database))
    expect(await order(shows)).toEqual(before)
    return before
  }
  expect(await refreshed()).toEqual(['one', 'two', 'three'])
  const by = (show: Show) => ctxOf(database, show.by.manager)
  const move = { performanceId: one.performance.id, startsAt: new Date('2027-04-12T18:00:00Z'), reason: 'Ill' }
  await reschedulePerformance(by(one), move)
  expect(await refreshed()).toEqual(['two', 'one', 'three'])
  await postponePerformance(by(two), { performanceId: two.performance.id, reason: 'Ill' })
  expect(await refreshed()).toEqual(['one', 'three', 'two'])
  await cancelPerformance(by(one), { performanceId: one.performance.id, reason: 'Ill' })
  expect(await refreshed()).toEqual(['three', 'two'])
  await createPerformance(
    by(one),
    performanceInput(one.event.id, one.by, { startsAt: new Date('2027-04-02T18:00:00Z') }),
  )
  expect(await refreshed()).toEqual(['one', 'three', 'two'])
})

test('does not write down what it read before a change that commits meanwhile', async () => {
  const show = await showAt('2027-05-01T18:00:00Z')
  const ctx = ctxOf(database)
  await inTransaction(ctx, async (changing) => {
    const startsAt = new Date('2027-05-02T18:00:00Z')
    await changing.db.update(performances).set({ startsAt }).where(eq(performances.id, show.performance.id))
    // The change holds the event, which is passed over.
    await refreshNextStarts(ctx)
    expect((await readNext(show))?.until).toBe('-infinity')
  })
  await refreshNextStarts(ctx)
  expect((await readNext(show))?.at).toEqual(new Date('2027-05-02T18:00:00Z'))
})

test.each<EventSort>(['SOONEST', 'NEWEST'])(
  'reads a page of many events by %s, regardless of past ones',
  async (sort) => {
    const show = await showAt('2027-06-01T18:00:00Z')
    await database.db.execute(sql`
    insert into events select (jsonb_populate_record(events, jsonb_build_object('id', 'evt_' || ${sort}::text || n, 'slug', ${sort}::text || n,
      'published_at', published_at + n * interval '1 second'))).*
    from events, generate_series(1, 4000) n where id = ${show.event.id}`)
    // Half of them are over; the others begin one after the other.
    await database.db.execute(sql`
    insert into performances select (jsonb_populate_record(performances, jsonb_build_object('id', 'prf_' || ${sort}::text || n,
      'event_id', 'evt_' || ${sort}::text || n, 'starts_at', starts_at + (n - 2000) * interval '2 hours',
      'sales_start_at', sales_start_at - interval '1 year', 'sales_end_at', sales_end_at + (n - 2000) * interval '2 hours'))).*
    from performances, generate_series(1, 4000) n where id = ${show.performance.id}`)
    const ctx = later(ctxOf(database), 92 * day)
    await refreshNextStarts(ctx)
    await database.pool.query('analyze events; analyze performances')
    const first = await searchEvents(ctx, { sort, first: 20 })
    for (const after of [null, first.pageInfo.endCursor]) {
      const plans = await plansOf(database.pool, () => searchEvents(ctx, { sort, first: 20, after }))
      const [plan] = plans.filter(({ statement }) => statement.includes('booking.searchEvents'))
      expect(plan?.seqScans.filter((table) => table !== 'partners')).toEqual([])
      expect(plan?.rowsRead).toBeLessThan(150)
    }
  },
)

describe('an older database', () => {
  const older = useDatabase(migrationsUpTo(migrations, 24))

  test('next_starts finds the events that were there, and has them written down by the job', async () => {
    const made = '2027-01-01T00:00:00Z'
    await older.db.execute(
      sql`insert into partners (id, version, name, status, may_sell) values ('ptr_1', 1, 'Globe', 'VERIFIED', true)`,
    )
    for (const [id, start] of [
      ['evt_a', '2027-06-02T18:00:00Z'],
      ['evt_b', '2027-06-01T18:00:00Z'],
      ['evt_c', '2027-02-01T18:00:00Z'],
    ]) {
      await older.db.execute(sql`
        insert into events (id, partner_id, slug, title, status, created_at, published_at)
          values (${id}, 'ptr_1', ${id}, ${id}, 'PUBLISHED', ${made}, ${made})`)
      await older.db.execute(sql`
        insert into performances (id, event_id, partner_id, layout_id, status, starts_at, sales_start_at, sales_end_at,
          max_places_per_person, currency, created_at)
        values (${`prf_${id}`}, ${id}, 'ptr_1', 'lay_1', 'SCHEDULED', ${start}, ${made}, ${start}, 6, 'EUR', ${made})`)
    }
    await migrateDatabase(older.pool, migrations)
    const ctx = ctxOf(older)
    const titles = async () => (await searchEvents(ctx, { sort: 'SOONEST' })).edges.map(({ node }) => node.title)
    expect(await titles()).toEqual(['evt_b', 'evt_a'])
    expect(await refreshNextStarts(ctx)).toBe(3)
    expect(await refreshNextStarts(ctx)).toBe(0)
    expect(await titles()).toEqual(['evt_b', 'evt_a'])
  })
})
