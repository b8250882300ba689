import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq, sql } from 'drizzle-orm'
import { afterEach, expect, test } from 'vitest'
import {
  captured,
  ctxOf,
  jobsOf,
  migrations,
  serviceCtx,
  started,
  testAdmin,
  today,
  webhookSecret,
  withShortTimeout,
} from '../../../test/factories.ts'
import { expectConsistentLedger, issuesIn, staffOf } from '../../../test/issues.ts'
import { payments } from '../../db/tables/payments.ts'
import { webhookEvents } from '../../db/tables/webhooks.ts'
import { signatureHeader, signWebhook } from '../../providers/sandbox/signature.ts'
import { applyProviderUpdate } from '../payments/apply-provider-update.ts'
import { listAttempts } from '../payments/attempts.ts'
import { confirmPayment } from '../payments/confirm-payment.ts'
import { reconcileStale } from '../payments/reconcile-stale.ts'
import { applyBookingOutcome } from '../projections/apply-booking-outcome.ts'
import { refundPayment } from '../refunds/refund-payment.ts'
import { handleDeferredWebhook, handleWebhook } from '../webhooks/handle-webhook.ts'
import { actOnIssue } from './act-on-issue.ts'
import { listIssues } from './list-issues.ts'
import { recordManualTransfer } from './record-manual-transfer.ts'

const database = useDatabase(migrations)
const look = issuesIn(database)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const note = 'Telephoned the provider'
const after = (minutes: number) => serviceCtx(database, new Date(today.getTime() + minutes * 60_000))
const sweep = (minutes: number) => reconcileStale(after(minutes))
const staff = () => staffOf(database).first

afterEach(async () => await expectConsistentLedger(database))

/** A payment whose outcome is never reported. */
async function unknown() {
  const ada = withShortTimeout(ctxOf(database))
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_unknown' })
  return { ada, paymentId }
}

test('opens one issue for a payment whose outcome is unknown for fifteen minutes, and not earlier', async () => {
  const { paymentId } = await unknown()
  await sweep(14)
  expect(await look.issuesOf(paymentId)).toEqual([])
  await Promise.all([sweep(18), sweep(18)])
  await sweep(40)
  expect(await look.issueOf(paymentId)).toMatchObject({ kind: 'OUTCOME_UNKNOWN', status: 'OPEN', amountMinor: 10_000 })
  const { id: issueId } = await look.issueOf(paymentId)
  expect(await look.told(issueId)).toHaveLength(1)
  await actOnIssue(staff(), { issueId, note }, { action: 'RETRY' })
  expect((await jobsOf(database, 'reconcilePayment')).map(({ payload }) => payload)).toContainEqual({ paymentId })
})

test('resolves itself when the outcome becomes known', async () => {
  const { paymentId } = await unknown()
  await sweep(18)
  const [attempt] = await listAttempts(after(0), paymentId)
  await applyProviderUpdate(after(20), {
    ...{ kind: 'payment', paymentId, attemptId: attempt?.id ?? null, outcome: 'CAPTURED', amount: euros(10_000) },
    ...{ failureCode: null, actionUrl: null, at: today },
  })
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
})

test('lets staff say that nothing was charged, and still applies a later capture', async () => {
  const { ada, paymentId } = await unknown()
  await sweep(18)
  const { id: issueId } = await look.issueOf(paymentId)
  await actOnIssue(staff(), { issueId, note }, { action: 'CLOSE' })
  expect(await look.payment(paymentId)).toMatchObject({ status: 'REQUIRES_METHOD', openIssues: 0 })
  const [attempt] = await listAttempts(ada, paymentId)
  expect(attempt).toMatchObject({ status: 'FAILED', failureCode: 'NOT_CHARGED' })
  await applyProviderUpdate(after(20), {
    ...{ kind: 'payment', paymentId, attemptId: attempt?.id ?? null, outcome: 'CAPTURED', amount: euros(10_000) },
    ...{ failureCode: null, actionUrl: null, at: today },
  })
  expect(await look.payment(paymentId)).toMatchObject({ status: 'CAPTURED' })
})

test('opens an issue for a refund that the provider does not complete within a day', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { card: 'pm_sandbox_refund_unknown' })
  await applyBookingOutcome(after(0), confirmationOf(await look.payment(paymentId)))
  await refundPayment(ctxOf(database, testAdmin()), { paymentId, amount: euros(4_000), reason: 'Goodwill' })
  await look.settleRefunds(paymentId)
  await sweep(23 * 60)
  expect(await look.issuesOf(paymentId)).toEqual([])
  await sweep(24 * 60 + 1)
  const { id: issueId, ...issue } = await look.issueOf(paymentId)
  expect(issue).toMatchObject({ kind: 'OUTCOME_UNKNOWN', amountMinor: 4_000 })
  await actOnIssue(staff(), { issueId, note }, { action: 'CLOSE' })
  const [, failed] = await look.issuesOf(paymentId)
  expect(failed).toMatchObject({ kind: 'REFUND_FAILED', status: 'OPEN', suspenseMinor: 4_000 })
  expect(await look.payment(paymentId)).toMatchObject({ refundReservedMinor: 4_000, refundedMinor: 0 })
})

test('reconciles more open payments than fit in one batch', async () => {
  const ada = ctxOf(database)
  const { id } = await started(ada)
  await database.db.execute(sql`
    insert into payments (id, booking_id, reference, user_id, partner_id, event_title, quote, provider, amount_minor,
      fees_minor, tax_minor, currency, status, expires_at, created_at)
    select 'pay_stuck_' || n, 'bkg_stuck_' || n, reference, user_id, partner_id, event_title, quote, provider, amount_minor,
      fees_minor, tax_minor, currency, 'PROCESSING', expires_at, created_at
    from payments, generate_series(1, 450) n where id = ${id}`)
  await database.db.execute(sql`
    insert into payment_attempts (id, payment_id, sequence, method, status, created_at)
    select 'att_' || id, id, 1, 'pm_sandbox_unknown', 'SENT', created_at from payments where id like 'pay_stuck_%'`)
  for (const minutes of [5, 6, 7]) await sweep(minutes)
  const asked = new Set((await jobsOf(database, 'reconcilePayment')).map(({ payload }) => JSON.stringify(payload)))
  expect([...asked].filter((payload) => payload.includes('pay_stuck_'))).toHaveLength(450)
  await database.db.execute(sql`delete from payment_attempts where payment_id like 'pay_stuck_%'`)
  await database.db.execute(sql`delete from payments where id like 'pay_stuck_%'`)
}, 60_000)

test('opens an issue for a captured payment that booking does not answer, until it does', async () => {
  const payment = await captured(ctxOf(database))
  await sweep(14)
  expect(await look.issuesOf(payment.id)).toEqual([])
  await sweep(16)
  const issue = await look.issueOf(payment.id)
  expect(issue).toMatchObject({ kind: 'UNCONFIRMED_CAPTURE', status: 'OPEN', amountMinor: 10_000, suspenseMinor: 0 })
  await actOnIssue(staff(), { issueId: issue.id, note }, { action: 'RETRY' })
  expect((await look.eventsOf(payment.id, 'captured')).filter(({ to }) => to === 'booking')).toHaveLength(2)
  await inTransaction(after(20), (ctx) => applyBookingOutcome(ctx, confirmationOf(payment)))
  expect(await look.issueOf(payment.id)).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
  await sweep(60)
  expect(await look.issueOf(payment.id)).toMatchObject({ status: 'RESOLVED' })
})

test('refunds a booking that never answers, whatever it answers later', async () => {
  const payment = await captured(ctxOf(database))
  await sweep(16)
  const { id: issueId } = await look.issueOf(payment.id)
  await actOnIssue(staff(), { issueId, note }, { action: 'REFUND' })
  expect(await look.payment(payment.id)).toMatchObject({ refundReservedMinor: 10_000, debitedMinor: 10_000 })
  expect((await look.eventsOf(payment.id, 'refused')).map(({ to }) => to).toSorted()).toEqual(['admin', 'booking'])
  await look.settleRefunds(payment.id)
  expect(await look.issueOf(payment.id)).toMatchObject({ status: 'RESOLVED', resolution: 'REFUNDED' })
  expect(await look.booksOf(payment.id)).toEqual({})
  await sweep(60)
  expect(await look.issueOf(payment.id)).toMatchObject({ status: 'RESOLVED' })
})

/** A webhook of the sandbox about an unknown payment. */
async function parked(paymentId: string, change: object = {}) {
  const eventId = `sbe_${paymentId}`
  const report = {
    ...{ kind: 'payment', paymentId, attemptId: null, outcome: 'CAPTURED', amount: euros(7_700) },
    ...{ failureCode: null, actionUrl: null, at: today, ...change },
  }
  const body = Buffer.from(JSON.stringify({ id: eventId, type: 'payment.test', report }))
  const headers = { [signatureHeader]: signWebhook({ body, secrets: [webhookSecret], now: today }) }
  expect(await handleWebhook(after(0), 'sandbox', { body, headers, now: today })).toBe('PARKED')
  const ofReport = async () => {
    const queue = await listIssues(staff(), { filter: { kind: 'UNMATCHED_REPORT' }, first: 100 })
    return queue.edges.map(({ node }) => node).find(({ webhookId }) => webhookId === eventId)
  }
  return { eventId, ofReport }
}

test('opens an issue for money for an unknown payment, which staff return by bank transfer', async () => {
  const { ofReport } = await parked('pay_nobody')
  await sweep(14)
  expect(await ofReport()).toBeUndefined()
  await Promise.all([sweep(16), sweep(16)])
  const issue = await ofReport()
  expect(issue).toMatchObject({ paymentId: null, receivedMinor: 7_700, suspenseMinor: 7_700, provider: 'sandbox' })
  const transfer = { amount: euros(7_700), reference: 'SEPA-9', transferredOn: '2027-03-01', note }
  const ended = await recordManualTransfer(staff(), { issueId: issue?.id ?? '', ...transfer })
  expect(ended).toMatchObject({ status: 'RESOLVED', resolution: 'TRANSFERRED', suspenseMinor: 0 })
  await actOnIssue(staff(), { issueId: ended.id, note }, { action: 'REVERSE_TRANSFER' })
  expect(await ofReport()).toMatchObject({ status: 'OPEN', suspenseMinor: 7_700 })
})

test('applies the money to its payment when that becomes known', async () => {
  const { id } = await started(ctxOf(database))
  const { eventId, ofReport } = await parked('pay_late', { amount: euros(10_000) })
  await sweep(16)
  const issue = await ofReport()
  await database.db.update(payments).set({ id: 'pay_late' }).where(eq(payments.id, id))
  await actOnIssue(staff(), { issueId: issue?.id ?? '', note }, { action: 'RETRY' })
  const again = (await jobsOf(database, 'handleDeferredWebhook')).filter(({ payload }) =>
    JSON.stringify(payload).includes(eventId),
  )
  expect(again).toHaveLength(2)
  await handleDeferredWebhook(after(20), 'sandbox', eventId)
  expect(await look.payment('pay_late')).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  expect(await ofReport()).toBeUndefined()
  const [event] = await database.db.select().from(webhookEvents).where(eq(webhookEvents.eventId, eventId))
  expect(event?.status).toBe('TAKEN')
})

test('opens no issue for a report about something unknown that moved no money', async () => {
  const { eventId, ofReport } = await parked('pay_failed', { outcome: 'FAILED' })
  await sweep(16)
  expect(await ofReport()).toBeUndefined()
  const [event] = await database.db.select().from(webhookEvents).where(eq(webhookEvents.eventId, eventId))
  expect(event?.status).toBe('UNMATCHED')
})

function confirmationOf({
  id: paymentId,
  bookingId,
  reference,
  userId,
  partnerId,
}: Awaited<ReturnType<typeof captured>>) {
  const showing = {
    ...{ eventId: 'shw_1', eventTitle: 'Hamlet', performanceId: 'prf_1', startsAt: today.toISOString(), doorsAt: null },
    ...{ timeZone: 'Europe/Amsterdam', venueName: 'The Hall', venueCity: 'Amsterdam', venueAddressLines: [] },
  }
  return { bookingId, reference, userId, partnerId, showing, paymentId, total: euros(10_000), ticketIds: [] }
}
