import { InvalidInput } from '@tikitu/kit/base/errors'
import type { PageArgs } from '@tikitu/kit/postgres/pagination'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { statementsOf } from '@tikitu/kit/testing/database/statements'
import { expect, test } from 'vitest'
import { ctxOf, migrations } from '../../../test/factories.ts'
import { onSale, performanceInput, type Show } from '../../../test/factories-catalogue.ts'
import { readBothWays } from '../../../test/read-both-ways.ts'
import { cancelPerformance } from './cancel-performance.ts'
import { createPerformance } from './create-performance.ts'
import { listPerformances } from './list-performances.ts'

const database = useDatabase(migrations)

/** A show on three evenings of June 2027, the last first, and a draft. The performance of `onSale` is on one of them. */
async function season(): Promise<Show & { nights: string[] }> {
  const show = await onSale(database)
  const add = async (day: number, isDraft = false) => {
    const times = { startsAt: new Date(Date.UTC(2027, 5, day, 18)), salesEndAt: null }
    const input = performanceInput(show.event.id, show.by, { ...times, allowOverlap: true, isDraft })
    return (await createPerformance(ctxOf(database, show.by.manager), input)).id
  }
  const late = await add(20)
  const early = await add(10)
  await add(15, true)
  return { ...show, nights: [show.performance.id, early, late] }
}

test('lists the performances of an event, earliest first, in pages that are read both ways', async () => {
  const { event, nights } = await season()
  const rows = await readBothWays((page: PageArgs) =>
    listPerformances(ctxOf(database), event, { upcoming: true, ...page }),
  )
  expect(rows.map(({ id }) => id)).toEqual(nights)
})

test('lists cancelled ones with all, and drafts for members', async () => {
  const { event, by, nights } = await season()
  const manager = ctxOf(database, by.manager)
  await cancelPerformance(manager, { performanceId: nights[1] ?? '', reason: 'Ill' })
  const count = async (ctx = ctxOf(database), upcoming = false) =>
    (await listPerformances(ctx, event, { upcoming })).edges.length
  expect([await count(), await count(manager), await count(manager, true)]).toEqual([3, 4, 2])
})

test('reads the same page of several events in one statement, and each has its own', async () => {
  const shows = [await season(), await season()]
  const ctx = ctxOf(database)
  let seen: (string | undefined)[] = []
  const sent = await statementsOf(database.pool, async () => {
    const pages = shows.map(({ event }) => listPerformances(ctx, event, { upcoming: true, first: 2 }))
    seen = (await Promise.all(pages)).flatMap(({ edges }) => edges.map(({ node }) => node.id))
  })
  expect(seen).toEqual(shows.flatMap(({ nights }) => nights.slice(0, 2)))
  expect(sent).toHaveLength(1)
})

test('refuses more than 100 at once, and a cursor of another list', async () => {
  const { event } = await season()
  const list = (page: PageArgs) => listPerformances(ctxOf(database), event, { upcoming: true, ...page })
  await expect(list({ first: 101 })).rejects.toThrow(InvalidInput)
  await expect(list({ last: 1, before: Buffer.from('["x"]').toString('base64url') })).rejects.toThrow(InvalidInput)
})

test('a bad cursor is refused where it is, and not at the pages that are read together with it', async () => {
  const shows = [await season(), await season()]
  const ctx = ctxOf(database)
  const pages = shows.map(({ event }, index) => {
    const after = index === 0 ? Buffer.from('["x"]').toString('base64url') : null
    return listPerformances(ctx, event, { upcoming: true, after })
  })
  const outcomes = await Promise.allSettled(pages)
  expect(outcomes).toMatchObject([{ reason: expect.any(InvalidInput) }, { status: 'fulfilled' }])
})
