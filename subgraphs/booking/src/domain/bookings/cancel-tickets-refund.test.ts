import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { house, migrations } from '../../../test/factories.ts'
import { asService, bought, cancelledNow, eventsAbout, type Purchase, refundState } from '../../../test/purchases.ts'
import { bookingLines, cancellations } from '../../db/tables/bookings.ts'
import { priceTiers } from '../../db/tables/catalogue.ts'
import { applyRefund, applyRefundDecision } from './apply-refund.ts'
import { cancelTickets } from './cancel-tickets.ts'

const database = useDatabase(migrations)
const opera = { cancellationDeadlineHours: 24, cancellationFeeMinor: 300, feeMinor: 100 }

function naming({ booking, tickets }: Purchase, ...indexes: number[]) {
  return { bookingId: booking.id, ticketIds: indexes.map((index) => tickets[index]?.id ?? '') }
}

async function cancellationsOf(bookingId: string) {
  return await database.db
    .select()
    .from(cancellations)
    .where(eq(cancellations.bookingId, bookingId))
    .orderBy(cancellations.id)
}

test('refunds what goodwill has left of the payment, and withholds the fee', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await applyRefund(asService(purchase.ctx), refundState(purchase.booking, 6000))
  const first = await cancelTickets(purchase.ctx, naming(purchase, 0))
  expect(first).toMatchObject({ refundMinor: 3900, entitledMinor: 4800, feeMinor: 300, refundDecidedAt: null })
  const second = await cancelTickets(purchase.ctx, naming(purchase, 1))
  expect(second).toMatchObject({ refundMinor: 0, entitledMinor: 4800, feeMinor: 300 })
  const told = (await eventsAbout(database, purchase.booking.id)).filter((event) => event.type.includes('ticketsCanc'))
  expect(told.map((event) => event.data)).toMatchObject([
    { refund: { amountMinor: 3900 }, entitled: { amountMinor: 4800 }, keptInAll: { amountMinor: 300 } },
    { refund: { amountMinor: 0 }, entitled: { amountMinor: 4800 }, keptInAll: { amountMinor: 600 } },
  ])
})

test.each([
  ['REQUESTED', 4800],
  ['APPROVED', 3600],
  ['PENDING', 3600],
  ['SUCCEEDED', 3600],
  ['FAILED', 4800],
  ['REJECTED', 4800],
] as const)('counts a refund by staff that is %s: %i goes back', async (status, refundMinor) => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall, { numbers: [0] })
  const state = refundState(purchase.booking, 1200, { version: 2, status })
  const older = { ...state, version: 1, status: status === 'APPROVED' ? ('REQUESTED' as const) : ('APPROVED' as const) }
  await applyRefund(asService(purchase.ctx), state)
  await applyRefund(asService(purchase.ctx), older)
  expect(await cancelTickets(purchase.ctx, naming(purchase, 0))).toMatchObject({ refundMinor })
})

test("does not count what went back of another payment, or the booking's own cancellations, as goodwill", async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const service = asService(purchase.ctx)
  await applyRefund(service, refundState(purchase.booking, 5000, { paymentId: 'pay_other' }))
  const first = await cancelTickets(purchase.ctx, naming(purchase, 0))
  const own = { cause: 'TICKETS_CANCELLED' as const, causeId: first.id }
  await applyRefund(service, refundState(purchase.booking, 4800, own))
  expect(await cancelTickets(purchase.ctx, naming(purchase, 1))).toMatchObject({ refundMinor: 4800 })
})

test("puts cancellation and lines right when payment's last word is another", async () => {
  const hall = await house(database, { ...opera, feeMinor: 0 })
  const purchase = await bought(database, hall)
  const cancellation = await cancelledNow(purchase.ctx, naming(purchase, 0, 1))
  expect(cancellation.refundMinor).toBe(9400)
  const { id: bookingId, reference, userId, partnerId } = purchase.booking
  const decision = {
    ...{ bookingId, reference, userId, partnerId, paymentId: purchase.booking.paymentId ?? '', refundId: 'rfd_1' },
    ...{
      cause: 'TICKETS_CANCELLED' as const,
      causeId: cancellation.id,
      amount: { amountMinor: 6401, currency: 'EUR' },
    },
  }
  for (let times = 0; times < 2; times++) await applyRefundDecision(asService(purchase.ctx), decision)
  expect(await cancellationsOf(bookingId)).toMatchObject([{ refundMinor: 6401, refundDecidedAt: purchase.ctx.now() }])
  const lines = await database.db.select().from(bookingLines).where(eq(bookingLines.bookingId, bookingId))
  expect(lines.map((line) => line.refundMinor).toSorted()).toEqual([3200, 3201])
})

test('leaves the lines alone when payment confirms what was said', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const cancellation = await cancelledNow(purchase.ctx, naming(purchase, 0))
  const { id: bookingId, reference, userId, partnerId } = purchase.booking
  await applyRefundDecision(asService(purchase.ctx), {
    ...{ bookingId, reference, userId, partnerId, paymentId: purchase.booking.paymentId ?? '', refundId: 'rfd_1' },
    ...{ cause: 'TICKETS_CANCELLED', causeId: cancellation.id, amount: { amountMinor: 4800, currency: 'EUR' } },
  })
  expect(await cancellationsOf(bookingId)).toMatchObject([{ refundMinor: 4800, refundDecidedAt: purchase.ctx.now() }])
})

test('waits for no decision of payment where nothing was paid', async () => {
  const hall = await house(database, { ...opera, feeMinor: 0 })
  await database.db.update(priceTiers).set({ priceMinor: 0 }).where(eq(priceTiers.id, hall.adult.id))
  const purchase = await bought(database, hall)
  expect(purchase.booking.paymentId).toBeNull()
  const cancellation = await cancelledNow(purchase.ctx, naming(purchase, 0))
  expect(cancellation).toMatchObject({ refundMinor: 0, feeMinor: 0, entitledMinor: 0 })
  expect(cancellation.refundDecidedAt).not.toBeNull()
})
