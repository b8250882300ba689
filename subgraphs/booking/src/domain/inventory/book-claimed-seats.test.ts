import { useDatabase } from '@tikitu/kit/testing/database/database'
import { and, asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { asService, bookingRow, captured, eventsAbout, ticketsOf } from '../../../test/purchases.ts'
import type { Ctx } from '../../context.ts'
import { bookingLines } from '../../db/tables/bookings.ts'
import { places } from '../../db/tables/inventory.ts'
import { applyCapturedPayment } from '../bookings/apply-captured-payment.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { holdGeneralAdmission } from './hold-general-admission.ts'

const database = useDatabase(migrations)

async function standing(ctx: Ctx, { performance, standing: tier }: Show, count: number) {
  const tiers = [{ tierId: tier.id, count }]
  return await holdGeneralAdmission(ctx, { performanceId: performance.id, tiers })
}

async function booked(show: Show, count: number) {
  const ctx = ctxOf(database)
  const hold = await standing(ctx, show, count)
  return { ctx, booking: await placeBooking(ctx, { holdId: hold.id }) }
}

async function soldOf(bookingId: string) {
  const { holdId } = await bookingRow(database, bookingId)
  return await database.db
    .select()
    .from(places)
    .where(and(eq(places.holdId, holdId), eq(places.status, 'SOLD')))
    .orderBy(asc(places.number))
}

test('a late payment takes any free standing place: the line, the ticket and the mail name the new one', async () => {
  const show = await onSale(database)
  const { ctx, booking } = await booked(show, 2)
  const next = await standing(later(ctxOf(database), 11), show, 1)
  await applyCapturedPayment(asService(later(ctx, 12)), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED' })
  const sold = await soldOf(booking.id)
  const numbers = sold.map((place) => place.number)
  expect(sold).toHaveLength(2)
  expect(sold.every((place) => place.tierId === show.standing.id && place.heldUntil === null)).toBe(true)
  const [taken] = await database.db.select().from(places).where(eq(places.holdId, next.id))
  expect(numbers).not.toContain(taken?.number)
  const lines = await database.db.select().from(bookingLines).where(eq(bookingLines.bookingId, booking.id))
  expect(lines.map((line) => line.seatNumber).toSorted((a, b) => a - b)).toEqual(numbers)
  expect(lines.map((line) => line.seatLabel).toSorted()).toEqual(sold.map((place) => place.label).toSorted())
  expect((await ticketsOf(database, booking.id)).map((ticket) => ticket.seatNumber)).toEqual(numbers)
  const told = (await eventsAbout(database, booking.id)).at(-1)?.data['tickets'] as { placeLabel: string }[]
  expect(told.map((ticket) => ticket.placeLabel).toSorted()).toEqual(lines.map((line) => line.seatLabel).toSorted())
})

test('is refused only when fewer general-admission seats are free than it needs', async () => {
  const show = await onSale(database, { performance: { maxSeatsPerPerson: 50 } })
  const { ctx, booking } = await booked(show, 3)
  await standing(later(ctxOf(database), 11), show, 48)
  const fits = await booked(await onSale(database, { performance: { maxSeatsPerPerson: 50 } }), 3)
  await applyCapturedPayment(asService(later(ctx, 12)), captured(booking))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await soldOf(booking.id)).toEqual([])
  const lines = await database.db.select().from(bookingLines).where(eq(bookingLines.bookingId, booking.id))
  expect(lines).toHaveLength(3)
  await applyCapturedPayment(asService(later(fits.ctx, 12)), captured(fits.booking))
  expect(await bookingRow(database, fits.booking.id)).toMatchObject({ status: 'CONFIRMED' })
})

test('late payments that race for the last general-admission seats sell each exactly once', async () => {
  const show = await onSale(database, { performance: { maxSeatsPerPerson: 50 } })
  const late = await Promise.all([4, 4, 4, 4].map((count) => booked(show, count)))
  await standing(later(ctxOf(database), 11), show, 38)
  await Promise.all(late.map(({ ctx, booking }) => applyCapturedPayment(asService(later(ctx, 12)), captured(booking))))
  const outcomes = await Promise.all(late.map(({ booking }) => bookingRow(database, booking.id)))
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['CONFIRMED', 'CONFIRMED', 'CONFIRMED', 'FAILED'])
  const sold = (await Promise.all(late.map(({ booking }) => soldOf(booking.id)))).flat()
  expect(new Set(sold.map((place) => place.number)).size).toBe(12)
})
