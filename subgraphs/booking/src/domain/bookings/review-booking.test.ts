import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations, takenSeats } from '../../../test/factories.ts'
import { asService, bookingRow, captured, eventsAbout, held, placed, ticketsOf } from '../../../test/purchases.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { applyCapturedPayment, applyRefusedPayment } from './apply-captured-payment.ts'
import { expireBookings } from './expire-bookings.ts'
import { reviewBooking } from './review-booking.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

/** What payment says when the provider captured another amount than was due. */
function mismatch(booking: BookingRow, paymentId: string): Payload<'payment.issueChanged'> {
  const { id: bookingId, reference, userId, partnerId } = booking
  return {
    ...{ issueId: 'iss_1', version: 1, kind: 'CAPTURE_MISMATCH', status: 'OPEN', occasion: 'OPENED', resolution: null },
    ...{ paymentId, bookingId, reference, userId, partnerId, refundId: null },
    ...{ amount: euros(9_500), expected: euros(10_000), received: euros(9_500), openedAt: '2027-03-01T10:00:00.000Z' },
  }
}

function refusal(booking: BookingRow, paymentId: string): Payload<'payment.refused'> {
  const { id: bookingId, reference, userId, partnerId } = booking
  return { paymentId, bookingId, reference, userId, partnerId, issueId: 'iss_1', amount: euros(9_500) }
}

async function inReview() {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const payment = captured(booking)
  const service = asService(ctx)
  await reviewBooking(service, mismatch(booking, payment.paymentId))
  return { hall, ctx, service, booking, payment }
}

test('reserves the seats during a review, and not beyond its deadline', async () => {
  const { hall, ctx, booking } = await inReview()
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'NEEDS_REVIEW' })
  await expireBookings(later(ctx, 30))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'NEEDS_REVIEW' })
  await expect(held(later(ctxOf(database), 23 * 60), hall, 0)).rejects.toMatchObject({ code: 'SEATS_TAKEN' })
  await held(later(ctxOf(database), 24 * 60 + 1), hall, 0)
})

test('reclaims the seats of an expired booking if they are all still free', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  await expireBookings(later(ctx, 30))
  await reviewBooking(asService(later(ctx, 31)), mismatch(booking, 'pay_1'))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'NEEDS_REVIEW', endedAt: null })
  expect(await takenSeats(database, hall.performance.id)).toHaveLength(2)
})

test('is confirmed when staff accept a lower amount, and not otherwise', async () => {
  const { service, booking, payment } = await inReview()
  const less = { ...payment, amount: euros(9_500), due: euros(10_000) }
  await Promise.all([1, 2, 3].map(() => applyCapturedPayment(service, less)))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED', paymentId: payment.paymentId })
  expect(await ticketsOf(database, booking.id)).toHaveLength(2)
  const other = await inReview()
  await applyCapturedPayment(other.service, { ...other.payment, amount: euros(9_500) })
  expect(await bookingRow(database, other.booking.id)).toMatchObject({ status: 'FAILED' })
})

test('fails when staff refuse the payment: frees the seats and emits one event', async () => {
  const { hall, service, booking, payment } = await inReview()
  const refused = refusal(booking, payment.paymentId)
  await Promise.all([1, 2, 3].map(() => applyRefusedPayment(service, refused)))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'FAILED' })
  expect(await takenSeats(database, hall.performance.id)).toEqual([])
  const rejected = (await eventsAbout(database, booking.id)).filter(({ type }) => type.includes('rejected'))
  expect(rejected).toMatchObject([{ data: { reason: 'AMOUNT_MISMATCH', total: euros(9_500) } }])
})

test('changes nothing of a booking that was confirmed or has failed, whatever comes late', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const service = asService(ctx)
  await applyCapturedPayment(service, captured(booking, { paymentId: 'pay_late' }))
  await reviewBooking(service, mismatch(booking, 'pay_late'))
  await applyRefusedPayment(service, refusal(booking, 'pay_late'))
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'CONFIRMED' })
  const other = await inReview()
  await applyRefusedPayment(other.service, refusal(other.booking, other.payment.paymentId))
  await reviewBooking(other.service, mismatch(other.booking, other.payment.paymentId))
  expect(await bookingRow(database, other.booking.id)).toMatchObject({ status: 'FAILED' })
})
