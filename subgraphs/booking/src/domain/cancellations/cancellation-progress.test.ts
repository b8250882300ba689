import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { createDb, createPool } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { eq, inArray, sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { bookingOn, ctxOf, house, later, migrations, openingDay } from '../../../test/factories.ts'
import { asService, bookingRow, member } from '../../../test/purchases.ts'
import type { Ctx } from '../../context.ts'
import { bookings, cancellations } from '../../db/tables/bookings.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { tickets } from '../../db/tables/tickets.ts'
import { cancelPerformance } from '../catalogue/cancel-performance.ts'
import { cancelPerformanceBookings } from './cancel-performance-bookings.ts'
import { cancellationProgressOf } from './cancellation-progress.ts'

const database = useDatabase(migrations)

/** A cancelled house with that many bookings of one seat each, as rows: paid, with a ticket. */
async function soldOut(count: number) {
  const hall = await house(database, { seats: count, partnerId: newId('ptr') })
  const { id: performanceId, partnerId } = hall.performance
  const manager = ctxOf(database, await member(database, hall, 'MANAGER'))
  const limit = { key: 'payment.refundApprovalAboveMinor', scope: partnerId, value: { EUR: 10_000_000 }, version: 1 }
  await applyConfigChange(asService(manager), limit)
  const at = sql`${openingDay.toISOString()}::timestamptz`
  const range = sql`generate_series(0, ${count - 1}::integer) as n`
  const key = (prefix: string) => sql`${`${prefix}_${performanceId}_`}::text || lpad(n::text, 4, '0')`
  await database.db.execute(sql`
    insert into holds (id, performance_id, user_id, place_count, status, expires_at, created_at)
    select ${key('hld')}, ${performanceId}, 'usr_' || n, 1, 'CONSUMED', ${at}, ${at} from ${range}`)
  await database.db.execute(sql`
    insert into bookings (id, reference, hold_id, performance_id, partner_id, user_id, status, currency, total_minor, fees_minor,
      tax_minor, expires_at, placed_at, confirmed_at)
    select ${key('bkg')}, ${key('ref')}, ${key('hld')}, ${performanceId}, ${partnerId}, 'usr_' || n, 'CONFIRMED', 'EUR', 5000, 0, 0,
      ${at}, ${at}, ${at} from ${range}`)
  await database.db.execute(sql`
    insert into booking_payments (payment_id, booking_id, amount_minor, currency, captured_at)
    select ${key('pay')}, ${key('bkg')}, 5000, 'EUR', ${at} from ${range}`)
  await database.db.execute(sql`
    update bookings set payment_id = booking_payments.payment_id from booking_payments
    where booking_payments.booking_id = bookings.id and performance_id = ${performanceId}`)
  await database.db.execute(sql`
    insert into booking_lines (booking_id, place_number, place_label, tier_id, tier_name, price_minor, fee_minor, tax_minor)
    select ${key('bkg')}, n, 'Seat ' || n, ${hall.adult.id}, 'Adult', 5000, 0, 0 from ${range}`)
  await database.db.execute(sql`
    insert into tickets (id, booking_id, performance_id, place_number, holder_id, code, serial, status, issued_at)
    select ${key('tkt')}, ${key('bkg')}, ${performanceId}, n, 'usr_' || n, ${key('code')}, 1, 'VALID', ${at} from ${range}`)
  await database.db.execute(sql`
    update places set status = 'SOLD', hold_id = ${`hld_${performanceId}_`}::text || lpad(number::text, 4, '0'), tier_id = ${hall.adult.id}
    where performance_id = ${performanceId}`)
  const ids = Array.from({ length: count }, (_each, n) => `bkg_${performanceId}_${String(n).padStart(4, '0')}`)
  await cancelPerformance(manager, { performanceId, reason: 'Rain' })
  return { manager, ids, cancelled: { performanceId, reason: 'Rain' }, eventId: hall.performance.eventId }
}

/** A service whose connections wait for a lock no longer than that. */
function impatient(ctx: Ctx, lockTimeoutMs = 50): Ctx {
  const pool = createPool(database.url, { name: 'impatient', lockTimeoutMs })
  onTestFinished(() => pool.end())
  return { ...asService(ctx), db: createDb(pool) }
}

async function progress(ctx: Ctx, performanceId: string) {
  const fresh = later(ctx, 0)
  const [row] = await database.db.select().from(performances).where(eq(performances.id, performanceId))
  return await cancellationProgressOf(fresh, row as PerformanceRow)
}

/** How many bookings were reported as cancelled, and how often in all. */
async function toldOf(ids: readonly string[]) {
  const { rows } = await database.db.execute(sql`
    select count(distinct payload->'event'->>'subject')::integer as bookings,
      count(distinct payload->'event'->>'id')::integer as times
    from graphile_worker._private_jobs
    where payload->'event'->>'subject' in (select json_array_elements_text(${JSON.stringify(ids)}::json))
      and payload->'event'->>'type' = 'tikitu.booking.ticketsCancelled.v1'`)
  return rows[0]
}

test('two workers share two hundred bookings, one of them locked, and each is cancelled once', async () => {
  const { manager, ids, cancelled } = await soldOut(200)
  const { performanceId } = cancelled
  expect(await progress(manager, performanceId)).toEqual({
    ...{ total: 200, cancelled: 0, remaining: 200, failed: 0 },
    ...{ startedAt: openingDay, finishedAt: null },
  })
  const service = impatient(manager)
  await database.db.transaction(async (tx) => {
    await tx.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    await tx
      .select()
      .from(bookings)
      .where(eq(bookings.id, ids[7] ?? ''))
      .for('update')
    const both = await Promise.allSettled([1, 2].map(() => cancelPerformanceBookings(service, cancelled)))
    expect(both.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
  })
  expect(await progress(manager, performanceId)).toMatchObject({
    total: 200,
    cancelled: 199,
    remaining: 1,
    finishedAt: null,
  })
  expect(await cancelPerformanceBookings(later(service, 5), cancelled)).toBe(1)
  expect(await progress(manager, performanceId)).toEqual({
    ...{ total: 200, cancelled: 200, remaining: 0, failed: 0 },
    ...{ startedAt: openingDay, finishedAt: later(manager, 5).now() },
  })
  expect(await toldOf(ids)).toEqual({ bookings: 200, times: 200 })
  const rows = await database.db.select().from(cancellations).where(inArray(cancellations.bookingId, ids))
  expect(rows).toHaveLength(200)
  expect(rows.every((row) => row.refundMinor === 5000)).toBe(true)
}, 90_000)

test('cancels several bookings concurrently: a locked one does not block the others', async () => {
  const { manager, ids, cancelled } = await soldOut(3)
  let running: Promise<number> | undefined
  await database.db.transaction(async (tx) => {
    const first = `tkt_${cancelled.performanceId}_0000`
    await tx.select().from(tickets).where(eq(tickets.id, first)).for('update')
    running = cancelPerformanceBookings(impatient(manager, 10_000), cancelled)
    const done = async () => (await progress(manager, cancelled.performanceId))?.cancelled
    await expect.poll(done, { timeout: 5000 }).toBe(2)
    expect(await bookingRow(database, ids[0] ?? '')).toMatchObject({ status: 'CONFIRMED' })
  })
  expect(await running).toBe(3)
})

test('does all the others before it waits for locked bookings, and two workers count each booking once', async () => {
  const { manager, ids, cancelled } = await soldOut(12)
  let running: Promise<number[]> | undefined
  await database.db.transaction(async (tx) => {
    await tx
      .select()
      .from(bookings)
      .where(inArray(bookings.id, ids.slice(0, 3)))
      .for('update')
    const service = impatient(manager, 10_000)
    running = Promise.all([1, 2].map(() => cancelPerformanceBookings(service, cancelled)))
    const done = async () => (await progress(manager, cancelled.performanceId))?.cancelled
    await expect.poll(done, { timeout: 5000 }).toBe(9)
  })
  const [first = 0, second = 0] = (await running) ?? []
  expect(first + second).toBe(12)
})

test('resumes an interrupted run, and repeats nothing', async () => {
  const { manager, ids, cancelled } = await soldOut(40)
  const pool = createPool(database.url, { name: 'killed' })
  const killed = cancelPerformanceBookings({ ...asService(manager), db: createDb(pool) }, cancelled)
  killed.catch(() => undefined)
  const done = async () => (await progress(manager, cancelled.performanceId))?.cancelled
  await expect.poll(done, { interval: 5, timeout: 10_000 }).toBeGreaterThan(2)
  pool.end().catch(() => undefined)
  await database.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'killed' and datname = current_database()`)
  await cancelPerformanceBookings(asService(manager), cancelled)
  expect(await progress(manager, cancelled.performanceId)).toMatchObject({ total: 40, cancelled: 40, remaining: 0 })
  expect(await toldOf(ids)).toEqual({ bookings: 40, times: 40 })
  expect(await database.db.$count(cancellations, inArray(cancellations.bookingId, ids))).toBe(40)
}, 60_000)

test('a bad booking is reported as failed, and is done once it is mended', async () => {
  const { manager, ids, cancelled } = await soldOut(5)
  const { performanceId } = cancelled
  const bad = eq(bookings.id, ids[2] ?? '')
  await database.db.update(bookings).set({ currency: 'no currency' }).where(bad)
  await expect(cancelPerformanceBookings(asService(manager), cancelled)).rejects.toThrow(/1 bookings/)
  expect(await progress(manager, performanceId)).toMatchObject({ total: 5, cancelled: 4, remaining: 1, failed: 1 })
  await database.db.update(bookings).set({ currency: 'EUR' }).where(bad)
  expect(await cancelPerformanceBookings(asService(manager), cancelled)).toBe(1)
  expect(await progress(manager, performanceId)).toMatchObject({ total: 5, cancelled: 5, remaining: 0, failed: 0 })
})

test('shows how far it is to members of the partner and staff alone, for a performance and for its event', async () => {
  const { manager, cancelled, eventId } = await soldOut(2)
  await cancelPerformanceBookings(asService(manager), cancelled)
  const booking = await bookingOn(database)
  const progress = '{ total cancelled remaining failed startedAt finishedAt }'
  const ask = async (viewer: Viewer) => {
    const query = `query ($id: ID!, $event: ID!) { performance(id: $id) { cancellationProgress ${progress} }
      event(id: $event) { cancellationProgress ${progress} } }`
    const variables = { id: cancelled.performanceId, event: eventId }
    const { data } = await callAs(booking, viewer, { query, variables })
    return [data?.performance, data?.event].map(
      (each) => (each as { cancellationProgress: unknown }).cancellationProgress,
    )
  }
  const at = openingDay.toISOString()
  const seen = { total: 2, cancelled: 2, remaining: 0, failed: 0, startedAt: at, finishedAt: at }
  for (const viewer of [manager.viewer, testStaff()]) expect(await ask(viewer)).toEqual([seen, seen])
  const stranger = await member(database, await house(database, { partnerId: newId('ptr') }), 'OWNER')
  for (const viewer of [anonymous, testUser(), stranger]) expect(await ask(viewer)).toEqual([null, null])
})

test('says nothing of progress while nothing is cancelled', async () => {
  const hall = await house(database)
  const ctx = ctxOf(database, testStaff())
  expect(await cancellationProgressOf(ctx, hall.performance)).toBeNull()
})
