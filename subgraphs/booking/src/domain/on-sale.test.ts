import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, migrations } from '../../test/factories.ts'
import { events, performances } from '../db/tables/catalogue.ts'
import { partners } from '../db/tables/partners.ts'
import { isSoldAt } from './catalogue/performance-terms.ts'
import { saleObstacleAt } from './on-sale.ts'

const database = useDatabase(migrations)

const moments = ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z', '2027-06-01T17:59:59.999Z', '2027-06-01T18:00:00Z']

test.each(moments)('pages and the statement that claims agree on what is on sale, at %s', async (at) => {
  const now = new Date(at)
  for (const canSell of [true, false]) {
    const partnerId = `ptr_${canSell}`
    const state = { version: 1, name: 'Globe', status: 'VERIFIED', canSell }
    await database.db
      .insert(partners)
      .values({ id: partnerId, ...state })
      .onConflictDoNothing()
    for (const status of ['SCHEDULED', 'RESCHEDULED', 'POSTPONED', 'CANCELLED'] as const) {
      for (const eventStatus of ['PUBLISHED', 'CANCELLED'] as const) {
        const { performance } = await house(database, { partnerId, status, event: { status: eventStatus }, seats: 1 })
        const [row] = await ctxOf(database)
          .db.select({ event: events, obstacle: sql<string | null>`${saleObstacleAt(now)}` })
          .from(performances)
          .innerJoin(events, eq(events.id, performances.eventId))
          .innerJoin(partners, eq(partners.id, performances.partnerId))
          .where(eq(performances.id, performance.id))
        if (!row) throw new Error('the performance is there')
        expect(isSoldAt({ performance, event: row.event, canSell }, now)).toBe(row.obstacle === null)
      }
    }
  }
})
