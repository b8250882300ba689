import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { events, type Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { captured, ctxOf, migrations, serviceCtx, started, testAdmin, today } from '../../../test/factories.ts'
import { type PaymentRow, payments, refunds } from '../../db/tables/payments.ts'
import { bookingOutcomes } from '../../db/tables/projections.ts'
import { cancelPayment } from '../payments/cancel-payment.ts'
import { closeBooking } from '../payments/close-booking.ts'
import { confirmPayment } from '../payments/confirm-payment.ts'
import { applyBookingOutcome } from '../projections/apply-booking-outcome.ts'
import { applyRefundUpdate } from './apply-refund-update.ts'
import { refundCancelledTickets, refundRejectedBooking } from './refund-booking.ts'
import { refundPayment } from './refund-payment.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

const costly = { total: euros(100_000), fees: euros(0), tax: euros(0) }

const showing = {
  eventId: 'shw_1',
  eventTitle: 'Hamlet',
  performanceId: 'prf_1',
  startsAt: today.toISOString(),
  doorsAt: null,
  timeZone: 'Europe/Amsterdam',
  venueName: 'The Hall',
  venueCity: 'Amsterdam',
  venueAddressLines: [],
}

function parties({ bookingId, reference, userId, partnerId }: PaymentRow) {
  return { bookingId, reference, userId, partnerId }
}

function rejection(payment: PaymentRow): Payload<'booking.rejected'> {
  const total = euros(payment.amountMinor)
  return { ...parties(payment), showing, paymentId: payment.id, total, reason: 'PLACES_TAKEN' }
}

function cancellation(payment: PaymentRow, cancellationId: string, minor: number): Payload<'booking.ticketsCancelled'> {
  const tickets = { ticketIds: ['tkt_1'], placeLabels: ['Stalls, row C, seat 12'], reason: null, isWhole: false }
  return { ...parties(payment), ...tickets, cancellationId, showing, paymentId: payment.id, refund: euros(minor) }
}

function confirmation(payment: PaymentRow): Payload<'booking.confirmed'> {
  return { ...parties(payment), showing, paymentId: payment.id, total: euros(payment.amountMinor), ticketIds: [] }
}

async function refundsOf(paymentId: string) {
  return await database.db.select().from(refunds).where(eq(refunds.paymentId, paymentId)).orderBy(refunds.id)
}

async function readPayment(id: string) {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  return payment
}

async function outcomeOf(bookingId: string) {
  const [row] = await database.db.select().from(bookingOutcomes).where(eq(bookingOutcomes.bookingId, bookingId))
  return row?.outcome
}

const service = () => serviceCtx(database)

/** Runs a handler like the inbox does, in its own transaction. */
async function inOne(act: (ctx: ReturnType<typeof service>) => Promise<void>): Promise<void> {
  const ctx = service()
  await ctx.db.transaction(async (db) => await act({ ...ctx, db }))
}

test('refunds a rejected booking once, even when two deliveries race', async () => {
  const payment = await captured(ctxOf(database))
  const deliveries = Array.from({ length: 4 }, () => inOne((ctx) => refundRejectedBooking(ctx, rejection(payment))))
  await Promise.all(deliveries)
  expect(await refundsOf(payment.id)).toMatchObject([
    { cause: 'BOOKING_REJECTED', causeId: payment.bookingId, amountMinor: 10_000, status: 'APPROVED' },
  ])
  expect(await outcomeOf(payment.bookingId)).toBe('REJECTED')
})

test('refunds each cancellation once', async () => {
  const payment = await captured(ctxOf(database))
  for (const [id, minor] of [
    ['can_1', 4_000],
    ['can_2', 1_500],
    ['can_1', 4_000],
    ['can_free', 0],
  ] as const) {
    await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, id, minor)))
  }
  expect(await refundsOf(payment.id)).toMatchObject([
    { cause: 'TICKETS_CANCELLED', causeId: 'can_1', amountMinor: 4_000 },
    { cause: 'TICKETS_CANCELLED', causeId: 'can_2', amountMinor: 1_500 },
  ])
})

test('refunds what is left after an earlier refund by staff', async () => {
  const payment = await captured(ctxOf(database))
  const input = { paymentId: payment.id, amount: euros(7_000), reason: 'Goodwill' }
  await refundPayment(ctxOf(database, testAdmin()), input)
  await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, 'can_left', 10_000)))
  await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, 'can_nothing', 10_000)))
  expect((await refundsOf(payment.id)).map(({ amountMinor }) => amountMinor)).toEqual([7_000, 3_000])
})

/** The final refunds that payment emitted by cause. */
async function decisionsOn(paymentId: string) {
  const told = (await outboxOf(database.db)).filter(
    ({ to, event }) => to === 'booking' && event.subject === paymentId && event.type.includes('refundDecided'),
  )
  return told.map(({ event }) => {
    const { causeId, refundId, amount } = events['payment.refundDecided'].payload.parse(event.data)
    return [causeId, amount.amountMinor, refundId !== null]
  })
}

test('emits the final refund for each cause, even when it is zero', async () => {
  const payment = await captured(ctxOf(database))
  await refundPayment(ctxOf(database, testAdmin()), { paymentId: payment.id, amount: euros(7_000), reason: 'Goodwill' })
  for (const id of ['can_1', 'can_2', 'can_2']) {
    await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, id, 5_000)))
  }
  expect((await decisionsOn(payment.id)).slice(1)).toEqual([
    ['can_1', 3_000, true],
    ['can_2', 0, false],
    ['can_2', 0, false],
  ])
  const rejected = await captured(ctxOf(database))
  await refundPayment(ctxOf(database, testAdmin()), {
    paymentId: rejected.id,
    amount: euros(1_000),
    reason: 'Goodwill',
  })
  await inOne((ctx) => refundRejectedBooking(ctx, rejection(rejected)))
  expect((await decisionsOn(rejected.id)).at(-1)).toEqual([rejected.bookingId, 9_000, true])
})

test.each([[['can_1', 'can_2']], [['can_2', 'can_1']]])(
  'keeps the cancellation fees after goodwill, in the order %j',
  async (order) => {
    const payment = await captured(ctxOf(database))
    const goodwill = { paymentId: payment.id, amount: euros(3_000), reason: 'Goodwill' }
    await refundPayment(ctxOf(database, testAdmin()), goodwill)
    for (const id of order) {
      const terms = { entitled: euros(4_800), keptInAll: euros(id === 'can_1' ? 200 : 400) }
      await inOne((ctx) => refundCancelledTickets(ctx, { ...cancellation(payment, id, 4_800), ...terms }))
    }
    const all = await refundsOf(payment.id)
    expect(all.reduce((sum, { amountMinor }) => sum + amountMinor, 0)).toBe(9_600)
  },
)

test('still owes failed refunds, for a cancellation and as goodwill, and reserves their money', async () => {
  const payment = await captured(ctxOf(database))
  const fail = async (refundId: string, amountMinor: number) => {
    const told = { kind: 'refund', refundId, paymentId: payment.id, failureCode: 'CARD_CLOSED', at: today } as const
    await applyRefundUpdate(service(), { ...told, outcome: 'FAILED', amount: euros(amountMinor) })
  }
  const asked = { paymentId: payment.id, amount: euros(3_000), reason: 'Goodwill' }
  const goodwill = await refundPayment(ctxOf(database, testAdmin()), asked)
  await fail(goodwill.id, 3_000)
  await refundPayment(ctxOf(database, testAdmin()), { ...asked, amount: euros(1_000) })
  await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, 'can_1', 5_000)))
  const owed = (await refundsOf(payment.id)).at(-1)
  await fail(owed?.id ?? '', 5_000)
  await inOne((ctx) => refundCancelledTickets(ctx, cancellation(payment, 'can_2', 5_000)))
  expect((await decisionsOn(payment.id)).slice(2)).toEqual([
    ['can_1', 5_000, true],
    ['can_2', 1_000, true],
  ])
})

test('fails on an event about an unknown or unpaid payment, so that it is retried', async () => {
  const payment = await started(ctxOf(database))
  await expect(inOne((ctx) => refundRejectedBooking(ctx, rejection(payment)))).rejects.toThrow(/not captured/)
  expect(await outcomeOf(payment.bookingId)).toBeUndefined()
  const unknown = { ...payment, id: 'pay_unknown' }
  await expect(inOne((ctx) => refundCancelledTickets(ctx, cancellation(unknown, 'can_x', 1)))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

test('cancels an open payment when its booking expires, also at the provider', async () => {
  const ada = ctxOf(database)
  const payment = await started(ada)
  await confirmPayment(ada, { paymentId: payment.id, paymentMethod: 'pm_sandbox_3ds' })
  await inOne((ctx) => closeBooking(ctx, { ...parties(payment), performanceId: 'prf_1' }))
  await cancelPayment(service(), payment.id)
  expect((await readPayment(payment.id))?.status).toBe('CANCELLED')
  const report = await service().providers['sandbox']?.find(payment.id, AbortSignal.timeout(1_000))
  expect(report?.outcome).toBe('CANCELLED')
})

test('cancels a payment that the provider does not know', async () => {
  const payment = await started(ctxOf(database))
  await inOne((ctx) => closeBooking(ctx, { ...parties(payment), performanceId: 'prf_1' }))
  await cancelPayment(service(), payment.id)
  expect((await readPayment(payment.id))?.status).toBe('CANCELLED')
})

test('keeps a capture from before the cancellation: booking decides', async () => {
  const ada = { ...ctxOf(database), providerTimeoutMs: 30 }
  const payment = await started(ada)
  await confirmPayment(ada, { paymentId: payment.id, paymentMethod: 'pm_sandbox_timeout' })
  await inOne((ctx) => closeBooking(ctx, { ...parties(payment), performanceId: 'prf_1' }))
  await cancelPayment(service(), payment.id)
  expect(await readPayment(payment.id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
})

test('records the outcome of a booking, whatever the order of events', async () => {
  const first = await captured(ctxOf(database))
  const lapsed = { ...parties(first), performanceId: 'prf_1' }
  await inOne((ctx) => closeBooking(ctx, lapsed))
  await inOne((ctx) => applyBookingOutcome(ctx, confirmation(first)))
  expect(await outcomeOf(first.bookingId)).toBe('CONFIRMED')
  const second = await captured(ctxOf(database))
  await inOne((ctx) => applyBookingOutcome(ctx, confirmation(second)))
  await inOne((ctx) => closeBooking(ctx, { ...parties(second), performanceId: 'prf_1' }))
  expect(await outcomeOf(second.bookingId)).toBe('CONFIRMED')
  expect((await readPayment(second.id))?.status).toBe('CAPTURED')
})

test('puts refunds ordered by booking before requests of staff, whatever becomes of those', async () => {
  const payment = await captured(ctxOf(database), costly)
  const asked = { paymentId: payment.id, amount: euros(60_000), reason: 'goodwill' }
  const request = await refundPayment(ctxOf(database, testAdmin()), asked)
  expect(request.status).toBe('REQUESTED')
  await inTransaction(serviceCtx(database), (ctx) =>
    refundCancelledTickets(ctx, cancellation(payment, 'cnl_all', 60_000)),
  )
  const [withdrawn, owed] = await refundsOf(payment.id)
  expect(withdrawn).toMatchObject({ id: request.id, status: 'REJECTED', decidedBy: 'service:booking' })
  expect(owed).toMatchObject({ cause: 'TICKETS_CANCELLED', status: 'APPROVED', amountMinor: 60_000 })
  expect(await readPayment(payment.id)).toMatchObject({ refundReservedMinor: 60_000 })
})

test('keeps requests of staff when there is money for both, and when a cause is repeated', async () => {
  const payment = await captured(ctxOf(database), { ...costly, total: euros(150_000) })
  await inTransaction(serviceCtx(database), (ctx) =>
    refundCancelledTickets(ctx, cancellation(payment, 'cnl_1', 60_000)),
  )
  const asked = { paymentId: payment.id, amount: euros(60_000), reason: 'goodwill' }
  const request = await refundPayment(ctxOf(database, testAdmin()), asked)
  await inTransaction(serviceCtx(database), (ctx) =>
    refundCancelledTickets(ctx, cancellation(payment, 'cnl_1', 60_000)),
  )
  await inTransaction(serviceCtx(database), (ctx) =>
    refundCancelledTickets(ctx, cancellation(payment, 'cnl_2', 30_000)),
  )
  const all = await refundsOf(payment.id)
  expect(all.find(({ id }) => id === request.id)?.status).toBe('REQUESTED')
  expect(all).toHaveLength(3)
})
