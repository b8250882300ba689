import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys } from '@tikitu/kit/auth/signing-keys'
import type { Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { createFileUrls } from '@tikitu/storage/file-urls'
import { type Ctx, createCtx } from '../src/context.ts'
import {
  type EventRow,
  events,
  type PerformanceRow,
  type PriceTierRow,
  performances,
  priceTiers,
} from '../src/db/tables/catalogue.ts'
import { type PlaceRow, places } from '../src/db/tables/inventory.ts'
import { partners } from '../src/db/tables/partners.ts'
import { createBooking } from '../src/server.ts'

/** Where the migrations of booking are. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

/** A moment in the sales window of the performances made here. */
export const openingDay = new Date('2027-03-01T10:00:00Z')

const keys = await generateServiceKeys('booking')
const fileUrls = createFileUrls({ baseUrl: 'https://api.example', keys: [testRequestKey()] })

/** A context for that viewer, at that moment. */
export function ctxOf(database: TestDatabase, viewer: Viewer = testUser(), now: Date = openingDay): Ctx {
  const deps = { db: database.db, keys, fileUrls, log: createLog('booking', 'silent'), now: () => now }
  return createCtx(deps, { viewer, requestId: newId('req'), acceptLanguage: 'en' })
}

/** The same context at a later moment, with nothing remembered. */
export function later(ctx: Ctx, minutes: number): Ctx {
  const now = new Date(ctx.now().getTime() + minutes * 60_000)
  const { viewer, requestId, acceptLanguage } = ctx
  return createCtx({ ...ctx, now: () => now }, { viewer, requestId, acceptLanguage })
}

/** Poll interval of watched data in tests. */
export const intervalMs = 10

/**
 * Waits until every transaction that runs anywhere on the server has ended. A version of the availability reaches back to the oldest of
 * them, be it of another test in another database, so that it misses nothing.
 */
export async function waitForTransactions({ pool }: TestDatabase): Promise<void> {
  const next = await pool.query<{ id: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as id')
  const haveEnded = 'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::text::xid8 as is'
  while (!(await pool.query<{ is: boolean }>(haveEnded, [next.rows[0]?.id])).rows[0]?.is) await setTimeout(5)
}

/** The whole subgraph on the test's database, at that moment. */
export async function bookingOn(database: TestDatabase, now: Date | (() => Date) = openingDay) {
  const deps = {
    db: database.db,
    keys,
    fileUrls,
    log: createLog('booking', 'silent'),
    now: typeof now === 'function' ? now : () => now,
    requestKeys: [testRequestKey()],
    keysOf: () => localKeys(keys.jwks),
  }
  return await createBooking(deps, { intervalMs })
}

export interface House {
  performance: PerformanceRow
  adult: PriceTierRow
  child: PriceTierRow
}

/** A performance on sale, with one section of numbered seats in rows of ten and two tiers. */
export async function house(
  database: TestDatabase,
  overrides: Partial<PerformanceRow> & { seats?: number; event?: Partial<EventRow> } = {},
): Promise<House> {
  const { seats = 20, event: eventOverrides, ...performanceOverrides } = overrides
  const id = newId('prf')
  const eventId = newId('shw')
  const partnerId = overrides.partnerId ?? 'ptr_1'
  await database.db
    .insert(partners)
    .values({ id: partnerId, version: 1, name: 'Globe', status: 'VERIFIED', canSell: true })
    .onConflictDoNothing()
  await database.db.insert(events).values({
    id: eventId,
    partnerId,
    slug: eventId,
    title: 'Hamlet',
    category: 'THEATRE',
    status: 'PUBLISHED',
    createdAt: openingDay,
    ...eventOverrides,
  })
  const [performance] = await database.db
    .insert(performances)
    .values({
      id,
      eventId,
      partnerId,
      venueId: 'ven_1',
      layoutId: 'lay_1',
      timeZone: 'UTC',
      status: 'SCHEDULED',
      startsAt: new Date('2027-06-01T18:00:00Z'),
      salesStartAt: new Date('2027-01-01T00:00:00Z'),
      salesEndAt: new Date('2027-06-01T18:00:00Z'),
      maxSeatsPerPerson: 6,
      allowsSingleSeats: true,
      currency: 'EUR',
      capacity: seats,
      createdAt: openingDay,
      ...performanceOverrides,
    })
    .returning()
  const tier = (name: string, priceMinor: number, ordinal: number) => ({
    id: newId('tir'),
    performanceId: id,
    zone: 'Stalls',
    name,
    priceMinor,
    ordinal,
  })
  const [adult, child] = await database.db
    .insert(priceTiers)
    .values([tier('Adult', 5000, 0), tier('Child', 2500, 1)])
    .returning()
  await database.db.insert(places).values(Array.from({ length: seats }, (_each, number) => seatRow(id, number)))
  return { performance: performance as PerformanceRow, adult: adult as PriceTierRow, child: child as PriceTierRow }
}

function seatRow(performanceId: string, number: number): typeof places.$inferInsert {
  const row = Math.floor(number / 10)
  const position = number % 10
  return {
    performanceId,
    number,
    section: 0,
    row,
    position,
    rowMiddle: 9,
    zone: 'Stalls',
    label: `Stalls, row ${String.fromCharCode(65 + row)}, seat ${position + 1}`,
    kind: 'SEAT',
    status: 'FREE',
  }
}

/** The seats of a performance that are not free. */
export async function takenSeats(database: TestDatabase, performanceId: string): Promise<PlaceRow[]> {
  const rows = await database.db.select().from(places)
  return rows.filter((row) => row.performanceId === performanceId && row.status !== 'FREE')
}
