import { Forbidden, InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { admin, ctxOf, deliverTo, migrations, superadminOf } from '../../../test/factories.ts'
import { performanceFigures } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { getDashboard, listOccupancy } from './get-dashboard.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)
const march = { from: '2027-03-01', before: '2027-04-01' }
const money = (amountMinor: number, currency = 'EUR') => ({ amountMinor, currency })
const parties = { bookingId: 'bkg_1', reference: 'K7QM-2F9D', userId: 'usr_1', partnerId: 'ptr_1' }
const showing = {
  eventId: 'shw_1',
  eventTitle: 'Hamlet',
  performanceId: 'prf_1',
  startsAt: '2027-06-01T18:00:00.000Z',
  doorsAt: null,
  timeZone: 'Europe/Amsterdam',
  venueName: 'House',
  venueCity: 'Amsterdam',
  venueAddressLines: [],
}
const confirmed = { ...parties, showing, paymentId: 'pay_1', total: money(10_000), ticketIds: ['tkt_1', 'tkt_2'] }
const paid = { ...parties, paymentId: 'pay_1', amount: money(10_000), capturedAt: '2027-03-01T10:00:00.000Z' }

beforeAll(async () => {
  await requireStaff(superadminOf(database).ctx)
  const event = await deliver('booking.confirmed', confirmed)
  await deliver('booking.confirmed', confirmed, { id: event.id })
  await deliver('payment.captured', paid)
  await deliver('payment.captured', { ...paid, partnerId: 'ptr_2', amount: money(500, 'JPY') })
  await deliver('booking.performanceChanged', {
    performanceId: 'prf_1',
    version: 2,
    eventId: 'shw_1',
    eventTitle: 'Hamlet',
    partnerId: 'ptr_1',
    status: 'SCHEDULED',
    startsAt: showing.startsAt,
    capacity: 1200,
  })
  const cancelled = {
    ...parties,
    cancellationId: 'cnl_1',
    showing,
    paymentId: 'pay_1',
    ticketIds: ['tkt_2'],
    placeLabels: ['A 2'],
    refund: money(5_000),
    reason: null,
    isWhole: false,
  }
  await deliver('booking.ticketsCancelled', cancelled, { time: '2027-03-02T09:00:00.000Z' })
  const admitted = {
    ticketId: 'tkt_1',
    bookingId: 'bkg_1',
    performanceId: 'prf_1',
    partnerId: 'ptr_1',
    gate: null,
    admittedAt: showing.startsAt,
  }
  await deliver('booking.ticketAdmitted', admitted, { time: '2027-06-01T17:30:00.000Z' })
})

test('counts each event once, on its day, and sums money per currency', async () => {
  const { ctx } = superadminOf(database)
  const { total, days } = await getDashboard(ctx, { days: march })
  expect(total).toMatchObject({ bookingsConfirmed: 1, ticketsSold: 2, ticketsCancelled: 1, admissions: 0 })
  expect(total.captured).toEqual([money(10_000), money(500, 'JPY')])
  expect(days.map((day) => [day.day, day.figures.ticketsSold, day.figures.ticketsCancelled])).toEqual([
    ['2027-03-01', 2, 0],
    ['2027-03-02', 0, 1],
  ])
})

test('shows one partner apart from the others', async () => {
  const { ctx } = superadminOf(database)
  const { total } = await getDashboard(ctx, { days: march, partnerId: 'ptr_2' })
  expect(total).toMatchObject({ bookingsConfirmed: 0, captured: [money(500, 'JPY')] })
})

test('shows how full a performance is', async () => {
  const { ctx } = superadminOf(database)
  const { edges } = await listOccupancy(ctx, null, {})
  expect(edges.map((edge) => edge.node)).toMatchObject([
    { performanceId: 'prf_1', capacity: 1200, sold: 1, admitted: 1 },
  ])
})

test('keeps the newest state of a performance, whatever comes late', async () => {
  const { ctx } = superadminOf(database)
  await deliver('booking.performanceChanged', {
    performanceId: 'prf_1',
    version: 1,
    eventId: 'shw_1',
    eventTitle: 'Old title',
    partnerId: 'ptr_1',
    status: 'SCHEDULED',
    startsAt: showing.startsAt,
    capacity: 1,
  })
  const { edges } = await listOccupancy(ctx, null, {})
  expect(edges[0]?.node).toMatchObject({ eventTitle: 'Hamlet', capacity: 1200 })
})

test('refuses days in the wrong order, more than a year, and whoever is not on the staff', async () => {
  const { ctx } = superadminOf(database)
  await expect(getDashboard(ctx, { days: { from: '2027-03-01', before: '2027-03-01' } })).rejects.toThrow(InvalidInput)
  await expect(getDashboard(ctx, { days: { from: '2027-01-01', before: '2028-01-03' } })).rejects.toThrow(InvalidInput)
  await expect(getDashboard(ctxOf(database, admin()), { days: march })).rejects.toThrow(Forbidden)
})

const door = { bookingId: 'bkg_9', partnerId: 'ptr_9', gate: null, moveCount: 0 }

function admission(performanceId: string, ticketId: string, state: object) {
  const scans = { change: 'ADMITTED' as const, isInside: true, entries: 1, admittedAt: '2027-05-01T17:30:00.000Z' }
  return { ...door, performanceId, ticketId, version: 1, ...scans, ...state }
}

async function figuresOf(performanceId: string) {
  const [row] = await database.db
    .select()
    .from(performanceFigures)
    .where(eq(performanceFigures.performanceId, performanceId))
  const { total } = await getDashboard(superadminOf(database).ctx, {
    days: { from: '2027-05-01', before: '2027-06-01' },
    partnerId: 'ptr_9',
  })
  return { admitted: row?.admitted, inside: row?.inside, entries: row?.entries, admissions: total.admissions }
}

/** One guest comes, goes, comes, goes and comes; another is let in, which is taken back. */
const evening = (performanceId: string) => [
  admission(performanceId, `${performanceId}_1`, { version: 1 }),
  admission(performanceId, `${performanceId}_1`, { version: 2, change: 'LEFT', isInside: false }),
  admission(performanceId, `${performanceId}_1`, { version: 3, entries: 2 }),
  admission(performanceId, `${performanceId}_1`, { version: 4, change: 'LEFT', isInside: false, entries: 2 }),
  admission(performanceId, `${performanceId}_1`, { version: 5, entries: 3 }),
  admission(performanceId, `${performanceId}_2`, { version: 1 }),
  admission(performanceId, `${performanceId}_2`, {
    version: 2,
    change: 'UNDONE',
    isInside: false,
    entries: 0,
    admittedAt: null,
  }),
]

test.each([
  ['in order', [0, 1, 2, 3, 4, 5, 6]],
  ['backwards', [6, 5, 4, 3, 2, 1, 0]],
  ['mixed, some twice', [4, 0, 6, 2, 6, 1, 5, 4, 3]],
])('a guest who comes and goes is one guest, and an admission that was taken back none: %s', async (name, order) => {
  const performanceId = `prf_${name.replaceAll(/\W/g, '')}`
  const before = (await figuresOf(performanceId)).admissions
  const states = evening(performanceId)
  for (const index of order) await deliver('booking.admissionChanged', states[index] as (typeof states)[number])
  expect(await figuresOf(performanceId)).toEqual({ admitted: 1, inside: 1, entries: 3, admissions: before + 1 })
})

test.each([['before'], ['after']])(
  'admissions to a date that was moved count no more, told %s the move',
  async (when) => {
    const performanceId = `prf_moved_${when}`
    const { admissions } = await figuresOf(performanceId)
    const scan = () => deliver('booking.admissionChanged', admission(performanceId, `tkt_${when}`, {}))
    if (when === 'before') await scan()
    await deliver('booking.performanceChanged', changed(performanceId, { status: 'RESCHEDULED' }, { moveCount: 1 }))
    if (when === 'after') await scan()
    expect(await figuresOf(performanceId)).toEqual({ admitted: 0, inside: 0, entries: 0, admissions })
    await deliver('booking.admissionChanged', admission(performanceId, `tkt_${when}`, { version: 2, moveCount: 1 }))
    expect(await figuresOf(performanceId)).toEqual({ admitted: 1, inside: 1, entries: 1, admissions: admissions + 1 })
  },
)

test('single scans from before states were told count one guest, and a state takes their place', async () => {
  const scan = { ...door, ticketId: 'tkt_old', performanceId: 'prf_old', admittedAt: '2027-05-01T17:30:00.000Z' }
  const { admissions } = await figuresOf('prf_old')
  await deliver('booking.ticketAdmitted', scan)
  await deliver('booking.ticketAdmitted', scan)
  expect(await figuresOf('prf_old')).toEqual({ admitted: 1, inside: 1, entries: 2, admissions: admissions + 1 })
  const state = { version: 3, isInside: false, entries: 3, change: 'LEFT' as const }
  await deliver('booking.admissionChanged', admission('prf_old', 'tkt_old', state))
  await deliver('booking.ticketAdmitted', scan)
  expect(await figuresOf('prf_old')).toEqual({ admitted: 1, inside: 0, entries: 3, admissions: admissions + 1 })
})

function changed(performanceId: string, state: object, details: object = {}) {
  const place = { timeZone: 'UTC', venueName: 'House', venueCity: 'Vienna', venueAddressLines: [] }
  const times = { previousStartsAt: null, moveReason: null, doorsAt: null, endsAt: null, salesEndAt: showing.startsAt }
  return {
    ...{ performanceId, version: 5, eventId: 'shw_9', eventTitle: 'Festival', partnerId: 'ptr_9', capacity: 10 },
    ...{ status: 'SCHEDULED' as const, startsAt: '2027-02-01T10:00:00.000Z' },
    ...state,
    details: { moveCount: 0, ...times, ...place, ...details },
  }
}

test('lists what runs until it ends, or its sales do, and what is postponed', async () => {
  const past = '2027-02-02T10:00:00.000Z'
  await deliver(
    'booking.performanceChanged',
    changed('prf_runs', {}, { endsAt: '2027-03-05T10:00:00.000Z', salesEndAt: past }),
  )
  await deliver(
    'booking.performanceChanged',
    changed('prf_sells', {}, { endsAt: past, salesEndAt: '2027-03-05T10:00:00.000Z' }),
  )
  await deliver('booking.performanceChanged', changed('prf_over', {}, { endsAt: past, salesEndAt: past }))
  await deliver(
    'booking.performanceChanged',
    changed('prf_waits', { status: 'POSTPONED' }, { endsAt: past, salesEndAt: past }),
  )
  const { ctx } = superadminOf(database)
  const { edges } = await listOccupancy(ctx, 'ptr_9', {})
  expect((await listOccupancy(ctx, 'ptr_9', { last: 2 })).edges).toEqual(edges.slice(-2))
  const listed = edges.map((edge) => edge.node.performanceId)
  expect(listed).toEqual(expect.arrayContaining(['prf_runs', 'prf_sells', 'prf_waits']))
  expect(listed).not.toContain('prf_over')
})
