import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ctxOf, migrations, serviceCtx, started, today } from '../../../test/factories.ts'
import { expectConsistentLedger, issuesIn, possibleActions, staffOf } from '../../../test/issues.ts'
import type { IssueRow } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { applyProviderUpdate } from '../payments/apply-provider-update.ts'
import { closeBooking } from '../payments/close-booking.ts'
import { reconcileStale } from '../payments/reconcile-stale.ts'
import { applyBookingOutcome } from '../projections/apply-booking-outcome.ts'
import { applyRefundUpdate } from '../refunds/apply-refund-update.ts'
import { refundRejectedBooking } from '../refunds/refund-booking.ts'
import { actOnIssue } from './act-on-issue.ts'

const database = useDatabase(migrations)
const look = issuesIn(database)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const minutes = (count: number) => new Date(today.getTime() + count * 60_000)

/** An event in a payment's life, in any order: a provider's report, an answer of booking, or a decision of staff. */
const paymentEvent = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant('report' as const),
      attemptId: fc.constantFrom('att_1', 'att_2', null),
      outcome: fc.constantFrom('CAPTURED', 'CAPTURED', 'FAILED', 'PROCESSING', 'CANCELLED' as const),
      amount: fc.constantFrom(euros(10_000), euros(9_500), euros(10_500), { amountMinor: 10_000, currency: 'USD' }),
      at: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('expire', 'answer' as const) }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('act' as const), which: fc.nat(5) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('refund' as const),
      outcome: fc.constantFrom('SUCCEEDED', 'FAILED' as const),
      off: fc.constantFrom(0, 0, 1, -1),
      at: fc.integer({ min: 4, max: 9 }),
      which: fc.nat(3),
    }),
  },
)
type PaymentEvent = typeof paymentEvent extends fc.Arbitrary<infer H> ? H : never

const showing = {
  ...{ eventId: 'shw_1', eventTitle: 'Hamlet', performanceId: 'prf_1', startsAt: today.toISOString(), doorsAt: null },
  ...{ timeZone: 'Europe/Amsterdam', venueName: 'The Hall', venueCity: 'Amsterdam', venueAddressLines: [] },
}

const service = () => serviceCtx(database)

async function perform(paymentId: string, event: PaymentEvent): Promise<void> {
  const payment = await look.payment(paymentId)
  if (event.what === 'report') await applyProviderUpdate(service(), reportOf(paymentId, event))
  if (event.what === 'expire') {
    await inTransaction(service(), (ctx) => closeBooking(ctx, { ...partiesOf(payment), performanceId: 'prf_1' }))
  }
  if (event.what === 'answer') await answer(payment)
  if (event.what === 'act') await act(paymentId, event.which)
  if (event.what === 'refund') await reportRefund(paymentId, event)
}

function reportOf(paymentId: string, event: Extract<PaymentEvent, { what: 'report' }>): PaymentUpdate {
  const { attemptId, outcome, amount, at } = event
  return { kind: 'payment', paymentId, attemptId, outcome, amount, failureCode: null, actionUrl: null, at: minutes(at) }
}

function partiesOf({ bookingId, reference, userId, partnerId }: PaymentRow) {
  return { bookingId, reference, userId, partnerId }
}

/** Answers like booking: the first captured payment confirms its booking, others are rejected. */
async function answer(payment: PaymentRow): Promise<void> {
  if (payment.capturedAt === null || payment.answeredAt !== null) return
  const said = { ...partiesOf(payment), showing, paymentId: payment.id, total: euros(payment.capturedMinor) }
  await inTransaction(service(), async (ctx) => {
    if (payment.closingAt === null) await applyBookingOutcome(ctx, { ...said, ticketIds: [] })
    else await refundRejectedBooking(ctx, { ...said, reason: 'PLACES_TAKEN' })
  })
}

async function act(paymentId: string, which: number): Promise<void> {
  const staff = staffOf(database).first
  const open = (await look.issuesOf(paymentId)).filter(({ status }) => status === 'OPEN')
  const issue = open[which % Math.max(1, open.length)]
  if (!issue) return
  const actions = (await possibleActions(database, issue)).filter((action) => action !== 'RECORD_TRANSFER')
  const action = actions[which % Math.max(1, actions.length)]
  if (action) await actOnIssue(staff, { issueId: issue.id, note: 'Decided' }, { action })
}

async function reportRefund(paymentId: string, event: Extract<PaymentEvent, { what: 'refund' }>): Promise<void> {
  const sent = (await look.refundsOf(paymentId)).filter(({ status }) => status !== 'REJECTED')
  const refund = sent[event.which % Math.max(1, sent.length)]
  if (!refund) return
  const key = refund.attempt === 1 ? refund.id : `${refund.id}~${refund.attempt}`
  const amount = { amountMinor: refund.amountMinor + event.off, currency: refund.currency }
  const report = { kind: 'refund', refundId: key, paymentId, outcome: event.outcome, failureCode: null } as const
  await applyRefundUpdate(service(), { ...report, amount, at: minutes(event.at) })
}

/**
 * All captured money pays for a confirmed booking, was refunded, is held by an open issue, is being refunded, or awaits
 * booking's answer, which becomes an issue in time.
 */
async function expectNoSilence(paymentId: string): Promise<void> {
  const payment = await look.payment(paymentId)
  const issues = await look.issuesOf(paymentId)
  const { rows } = await database.db.execute<{ outcome: string }>(sql`
    select outcome from booking_outcomes where booking_id = ${payment.bookingId}`)
  const isConfirmed = rows[0]?.outcome === 'CONFIRMED'
  const open = issues.filter(({ status }) => status !== 'RESOLVED')
  const isKept = payment.capturedAt !== null && payment.capturedMinor > payment.refundReservedMinor
  if (isKept) expect(isConfirmed || payment.answeredAt === null || open.length > 0).toBe(true)
  for (const refund of await look.refundsOf(paymentId)) expectSomebodysTask(refund, open)
  if (payment.status === 'NEEDS_REVIEW') expect(open.map(({ kind }) => kind)).toContain('CAPTURE_MISMATCH')
  await expectConsistentLedger(database)
}

/** Failed and wrong amounts are issues that hold what is owed. */
function expectSomebodysTask({ status, issueId }: RefundRow, open: readonly IssueRow[]): void {
  if (status === 'FAILED') expect(open.find(({ id }) => id === issueId)?.suspenseMinor).toBeGreaterThan(0)
  if (status === 'NEEDS_REVIEW') expect(open.map(({ kind }) => kind)).toContain('REFUND_MISMATCH')
}

test('keeps no captured money unnoticed, whatever a provider reports, booking answers and staff decide', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(paymentEvent, { minLength: 3, maxLength: 14 }), async (events) => {
      const { id: paymentId } = await started(ctxOf(database))
      await database.db.execute(sql`
        insert into payment_attempts (id, payment_id, sequence, method, status, created_at)
        values (${`att_1${paymentId}`}, ${paymentId}, 1, 'pm_sandbox_approved', 'SENT', ${today.toISOString()})`)
      await database.db.update(payments).set({ status: 'PROCESSING' }).where(sql`id = ${paymentId}`)
      for (const event of events) {
        await perform(paymentId, event)
        await expectNoSilence(paymentId)
      }
      await reconcileStale(serviceCtx(database, minutes(60)))
      const { capturedAt, answeredAt } = await look.payment(paymentId)
      if (capturedAt !== null && answeredAt === null) {
        expect((await look.issuesOf(paymentId)).some(({ kind }) => kind === 'UNCONFIRMED_CAPTURE')).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
}, 240_000)
