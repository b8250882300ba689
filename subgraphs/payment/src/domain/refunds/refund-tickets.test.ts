import { InvalidInput } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { events, type Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { captured, ctxOf, jobsOf, migrations, serviceCtx, testAdmin, today } from '../../../test/factories.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { TicketChoiceNeeded } from '../../errors.ts'
import { approveRefund } from './decide-refund.ts'
import { reasonFor } from './get-refund.ts'
import { refundCancelledTickets } from './refund-booking.ts'
import { refundPayment } from './refund-payment.ts'
import { applyRefundRefused } from './refund-tickets.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const reason = 'fraud?'

async function refundRow(id: string): Promise<RefundRow> {
  const [refund] = await database.db.select().from(refunds).where(eq(refunds.id, id))
  return refund as RefundRow
}

async function reservedOf(id: string): Promise<number | undefined> {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  return payment?.refundReservedMinor
}

/** The refund states that payment emitted to booking. */
async function told(paymentId: string): Promise<Payload<'payment.refundChanged'>[]> {
  const sent = (await outboxOf(database.db)).filter(
    ({ to, event }) => to === 'booking' && event.subject === paymentId && event.type.includes('refundChanged'),
  )
  return sent.map(({ event }) => events['payment.refundChanged'].payload.parse(event.data))
}

async function isSending(refundId: string): Promise<boolean> {
  const jobs = await jobsOf(database, 'sendRefund')
  return jobs.some(({ payload }) => (payload as { refundId: string }).refundId === refundId)
}

function ended(payment: PaymentRow, { id: refundId, amountMinor }: RefundRow): Payload<'booking.ticketsCancelled'> {
  const { bookingId, reference, userId, partnerId, id: paymentId } = payment
  const showing = {
    ...{ eventId: 'shw_1', eventTitle: 'Hamlet', performanceId: 'prf_1', startsAt: today.toISOString(), doorsAt: null },
    ...{ timeZone: 'UTC', venueName: 'The Hall', venueCity: 'Vienna', venueAddressLines: [] },
  }
  return {
    ...{ bookingId, reference, userId, partnerId, paymentId, showing, cancellationId: `cnl_${refundId}`, refundId },
    ...{ ticketIds: ['tkt_1'], placeLabels: ['Stalls'], reason: null, isWhole: true, cause: 'STAFF' },
    ...{ refund: euros(amountMinor), entitled: euros(amountMinor), keptInAll: euros(0) },
  }
}

test('refunds everything left only with a choice of tickets', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const admin = ctxOf(database, testAdmin())
  await expect(refundPayment(admin, { paymentId, amount: euros(10_000), reason })).rejects.toThrow(TicketChoiceNeeded)
  const part = await refundPayment(admin, { paymentId, amount: euros(9_999), reason })
  expect(part).toMatchObject({ status: 'APPROVED', tickets: 'NONE' })
  await expect(refundPayment(admin, { paymentId, amount: euros(1), reason })).rejects.toMatchObject({
    code: 'TICKET_CHOICE_NEEDED',
  })
  expect(await reservedOf(paymentId)).toBe(9_999)
  const rest = await refundPayment(admin, { paymentId, amount: euros(1), reason, tickets: 'NONE' })
  expect(rest.status).toBe('APPROVED')
})

test('reserves the money of a refund with tickets, lets booking cancel them, and sends it once after that', async () => {
  const payment = await captured(ctxOf(database))
  const admin = ctxOf(database, testAdmin())
  const wish = { paymentId: payment.id, amount: euros(4_000), reason, ticketIds: ['tkt_1', 'tkt_2'] }
  const refund = await refundPayment(admin, { ...wish, messageToCustomer: 'Sorry for the noise' })
  expect(refund.status).toBe('ENDING_TICKETS')
  expect(await isSending(refund.id)).toBe(false)
  expect(await reservedOf(payment.id)).toBe(4_000)
  expect(await told(payment.id)).toMatchObject([
    { status: 'ENDING_TICKETS', tickets: ['tkt_1', 'tkt_2'], messageToCustomer: 'Sorry for the noise', version: 1 },
  ])
  for (let times = 0; times < 2; times++) {
    await inTransaction(serviceCtx(database), (ctx) => refundCancelledTickets(ctx, ended(payment, refund)))
  }
  expect(await refundRow(refund.id)).toMatchObject({ status: 'APPROVED', version: 2 })
  expect(await isSending(refund.id)).toBe(true)
  const all = await database.db.select().from(refunds).where(eq(refunds.paymentId, payment.id))
  expect(all).toHaveLength(1)
  const decided = (await outboxOf(database.db)).filter(
    ({ to, event }) => to === 'notification' && event.subject === payment.id && event.type.includes('refundDecided'),
  )
  expect(decided.map(({ event }) => event.data)).toMatchObject([
    { cause: 'TICKETS_CANCELLED', causeId: `cnl_${refund.id}`, amount: euros(4_000) },
  ])
})

test('releases the money when the tickets cannot be cancelled, and sends nothing', async () => {
  const payment = await captured(ctxOf(database))
  const wish = { paymentId: payment.id, amount: euros(10_000), reason, tickets: 'ALL' as const }
  const refund = await refundPayment(ctxOf(database, testAdmin()), wish)
  const { bookingId, reference, userId, partnerId } = payment
  const refused = {
    ...{ bookingId, reference, userId, partnerId, paymentId: payment.id, refundId: refund.id },
    ...{ code: 'TICKET_USED', ticketIds: [] },
  }
  for (let times = 0; times < 2; times++) {
    await inTransaction(serviceCtx(database), (ctx) => applyRefundRefused(ctx, refused))
  }
  expect(await refundRow(refund.id)).toMatchObject({ status: 'REJECTED', failureCode: 'TICKET_USED' })
  expect(await reservedOf(payment.id)).toBe(0)
  expect(await isSending(refund.id)).toBe(false)
})

test('cancels no ticket before the second person has approved', async () => {
  const payment = await captured(ctxOf(database), { total: euros(60_000) })
  const wish = { paymentId: payment.id, amount: euros(60_000), reason, tickets: 'ALL' as const }
  const { id: refundId } = await refundPayment(ctxOf(database, testAdmin()), wish)
  const second = ctxOf(database, testAdmin())
  expect((await approveRefund(second, { refundId })).status).toBe('ENDING_TICKETS')
  expect((await told(payment.id)).map(({ status }) => status)).toEqual(['REQUESTED', 'ENDING_TICKETS'])
})

test('refuses a contradictory choice, no ticket, and the same ticket twice', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const ask = (choice: object) =>
    refundPayment(ctxOf(database, testAdmin()), { paymentId, amount: euros(1), reason, ...choice })
  for (const choice of [
    { tickets: 'ALL', ticketIds: ['tkt_1'] },
    { tickets: 'NONE', ticketIds: ['tkt_1'] },
    { tickets: 'LISTED' },
    { ticketIds: [] },
    { ticketIds: ['tkt_1', 'tkt_1'] },
    { messageToCustomer: 'x'.repeat(501) },
  ]) {
    await expect(ask(choice)).rejects.toThrow(InvalidInput)
  }
})

test('shows the internal reason to staff only', async () => {
  const customer = testUser()
  const { id: paymentId } = await captured(ctxOf(database, customer))
  const refund = await refundPayment(ctxOf(database, testAdmin()), { paymentId, amount: euros(1), reason })
  expect(await reasonFor(ctxOf(database, customer), refund)).toBeNull()
  expect(await reasonFor(ctxOf(database, testAdmin()), refund)).toBe(reason)
})
