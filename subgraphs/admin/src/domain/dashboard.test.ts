import { Forbidden, InvalidInput } from '@tikitu/kit/errors'
import { useDatabase } from '@tikitu/kit/testing/database'
import { beforeAll, expect, test } from 'vitest'
import { admin, ctxOf, deliverTo, migrations, superadminOf } from '../../test/factories.ts'
import { getDashboard, listOccupancy } from './get-dashboard.ts'
import { requireStaff } from './require-staff.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)
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
  const { total, days } = await getDashboard(ctx, { from: '2027-03-01', to: '2027-03-31' })
  expect(total).toMatchObject({ bookingsConfirmed: 1, ticketsSold: 2, ticketsCancelled: 1, admissions: 0 })
  expect(total.captured).toEqual([money(10_000), money(500, 'JPY')])
  expect(days.map((day) => [day.day, day.figures.ticketsSold, day.figures.ticketsCancelled])).toEqual([
    ['2027-03-01', 2, 0],
    ['2027-03-02', 0, 1],
  ])
})

test('shows one partner apart from the others', async () => {
  const { ctx } = superadminOf(database)
  const { total } = await getDashboard(ctx, { from: '2027-03-01', to: '2027-03-31', partnerId: 'ptr_2' })
  expect(total).toMatchObject({ bookingsConfirmed: 0, captured: [money(500, 'JPY')] })
})

test('shows how full a performance is', async () => {
  const { ctx } = superadminOf(database)
  const { edges } = await listOccupancy(ctx, { from: '', to: '' }, {})
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
  const { edges } = await listOccupancy(ctx, { from: '', to: '' }, {})
  expect(edges[0]?.node).toMatchObject({ eventTitle: 'Hamlet', capacity: 1200 })
})

test('refuses days in the wrong order, more than a year, and whoever is not on the staff', async () => {
  const { ctx } = superadminOf(database)
  await expect(getDashboard(ctx, { from: '2027-03-02', to: '2027-03-01' })).rejects.toThrow(InvalidInput)
  await expect(getDashboard(ctx, { from: '2027-01-01', to: '2028-06-01' })).rejects.toThrow(InvalidInput)
  await expect(getDashboard(ctxOf(database, admin()), { from: '2027-03-01', to: '2027-03-01' })).rejects.toThrow(
    Forbidden,
  )
})
