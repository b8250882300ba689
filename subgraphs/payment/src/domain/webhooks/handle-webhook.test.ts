import { randomBytes } from 'node:crypto'
import { NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ctxOf,
  jobsOf,
  migrations,
  runJobs,
  serviceCtx,
  started,
  today,
  webhookSecret,
  withShortTimeout,
} from '../../../test/factories.ts'
import { ledgerEntries, transactions } from '../../db/tables/ledger.ts'
import { payments } from '../../db/tables/payments.ts'
import { webhookEvents } from '../../db/tables/webhooks.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { signatureHeader, signWebhook } from '../../providers/sandbox/signature.ts'
import { listAttempts } from '../payments/attempts.ts'
import { confirmPayment } from '../payments/confirm-payment.ts'
import { handleDeferredWebhook, handleWebhook } from './handle-webhook.ts'

const database = useDatabase(migrations)
let events = 0

/** A webhook as the sandbox sends it. */
function webhook(report: Partial<PaymentUpdate> & { paymentId: string }, overrides: { id?: string; now?: Date } = {}) {
  const { id = `sbe_${events++}`, now = today } = overrides
  const whole = {
    kind: 'payment',
    attemptId: null,
    outcome: 'CAPTURED',
    amount: { amountMinor: 10_000, currency: 'EUR' },
    failureCode: null,
    actionUrl: null,
    at: today,
    ...report,
  }
  const body = Buffer.from(JSON.stringify({ id, type: 'payment.test', report: whole }))
  return { body, now, headers: { [signatureHeader]: signWebhook({ body, secrets: [webhookSecret], now }) } }
}

const deliver = (request: ReturnType<typeof webhook>, now = today) =>
  handleWebhook(serviceCtx(database, now), 'sandbox', { ...request, now })

/** A payment whose attempt was sent and never answered. */
async function unanswered() {
  const ada = withShortTimeout(ctxOf(database))
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_timeout' })
  const [attempt] = await listAttempts(ada, paymentId)
  return { ada, paymentId, attemptId: attempt?.id ?? '' }
}

async function readPayment(id: string) {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  return payment
}

async function eventsOf(paymentId: string) {
  return (await outboxOf(database.db)).filter(({ event }) => event.subject === paymentId)
}

test('applies an event once, however often it is delivered, even when deliveries race', async () => {
  const { paymentId, attemptId } = await unanswered()
  const request = webhook({ paymentId, attemptId })
  const answers = await Promise.all(Array.from({ length: 6 }, () => deliver(request)))
  expect(answers.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'DUPLICATE'), 'TAKEN'])
  expect((await readPayment(paymentId))?.status).toBe('CAPTURED')
  expect(await eventsOf(paymentId)).toHaveLength(2)
})

test('posts a capture once, even when other events report it at the same time', async () => {
  const { paymentId, attemptId } = await unanswered()
  await Promise.all(Array.from({ length: 6 }, () => deliver(webhook({ paymentId, attemptId }))))
  expect(await database.db.select().from(transactions).where(eq(transactions.paymentId, paymentId))).toHaveLength(1)
  expect(await eventsOf(paymentId)).toHaveLength(2)
})

test('ends in the same payment and ledger, whatever the order and repetition of events', async () => {
  const outcomes = ['PROCESSING', 'REQUIRES_ACTION', 'FAILED', 'CAPTURED', 'CANCELLED'] as const
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...outcomes, ...outcomes], { minLength: 10 }), async (order) => {
      const { paymentId, attemptId } = await unanswered()
      for (const outcome of order) {
        await deliver(webhook({ paymentId, attemptId, outcome, failureCode: outcome === 'FAILED' ? 'LATE' : null }))
      }
      expect(await readPayment(paymentId)).toMatchObject({
        status: 'CAPTURED',
        capturedMinor: 10_000,
        capturedAt: today,
      })
      const posted = await database.db
        .select({ account: ledgerEntries.accountId, amount: ledgerEntries.amountMinor })
        .from(ledgerEntries)
        .innerJoin(transactions, eq(transactions.id, ledgerEntries.transactionId))
        .where(eq(transactions.paymentId, paymentId))
        .orderBy(ledgerEntries.id)
      expect(posted).toEqual([
        { account: 'PROVIDER_CLEARING:sandbox:EUR', amount: 10_000 },
        { account: 'PARTNER_PAYABLE:ptr_hall:EUR', amount: -7_563 },
        { account: 'PARTNER_TAX:ptr_hall:EUR', amount: -1_437 },
        { account: 'PLATFORM_FEES:EUR', amount: -1_000 },
      ])
    }),
    { numRuns: 15 },
  )
})

test.each([
  ['another amount', { amountMinor: 9_999, currency: 'EUR' }],
  ['another currency', { amountMinor: 10_000, currency: 'USD' }],
])('opens an issue for a capture of %s, and emits nothing to booking', async (_what, amount) => {
  const { ada, paymentId, attemptId } = await unanswered()
  await deliver(webhook({ paymentId, attemptId, amount }))
  expect(await readPayment(paymentId)).toMatchObject({
    status: 'NEEDS_REVIEW',
    reviewReason: 'CAPTURE_MISMATCH',
    reviewAmountMinor: amount.amountMinor,
    reviewCurrency: amount.currency,
    capturedMinor: 0,
  })
  expect(await eventsOf(paymentId)).toEqual([])
  const posted = await database.db.select().from(transactions).where(eq(transactions.paymentId, paymentId))
  expect(posted).toMatchObject([{ kind: 'MISMATCHED_CAPTURE', ...amount }])
  await expect(confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_approved' })).rejects.toMatchObject({
    code: 'PAYMENT_CLOSED',
  })
})

test('defers an event about an unknown payment, and applies it once the payment is known', async () => {
  const request = webhook({ paymentId: 'pay_unknown' }, { id: 'sbe_parked' })
  expect(await deliver(request)).toBe('PARKED')
  expect(await deliver(request)).toBe('DUPLICATE')
  const parked = { provider: 'sandbox', eventId: 'sbe_parked' }
  expect((await jobsOf(database, 'handleDeferredWebhook')).map(({ payload }) => payload)).toEqual([parked])
  await expect(handleDeferredWebhook(serviceCtx(database), 'sandbox', 'sbe_parked')).rejects.toThrow(NotFound)
  const { id } = await started(ctxOf(database))
  await database.db.update(payments).set({ id: 'pay_unknown' }).where(eq(payments.id, id))
  await runJobs(database, 'handleDeferredWebhook')
  expect((await readPayment('pay_unknown'))?.status).toBe('CAPTURED')
  const [event] = await database.db.select().from(webhookEvents).where(eq(webhookEvents.eventId, 'sbe_parked'))
  expect(event).toMatchObject({ status: 'TAKEN', takenAt: today })
})

test('refuses unsigned, changed and expired webhooks, and records none of them', async () => {
  const { paymentId } = await unanswered()
  const genuine = webhook({ paymentId }, { id: 'sbe_refused' })
  const foreign = randomBytes(32).toString('base64')
  const headers = { [signatureHeader]: signWebhook({ body: genuine.body, secrets: [foreign], now: today }) }
  const changed = Buffer.from(genuine.body.toString().replace('10000', '10001'))
  const minutesLater = (minutes: number) => new Date(today.getTime() + minutes * 60_000)
  await expect(deliver({ ...genuine, headers })).rejects.toMatchObject({ status: 401 })
  await expect(deliver({ ...genuine, headers: {} as typeof headers })).rejects.toMatchObject({ status: 401 })
  await expect(deliver({ ...genuine, body: changed })).rejects.toMatchObject({ status: 401 })
  await expect(deliver(genuine, minutesLater(5.1))).rejects.toMatchObject({ status: 401 })
  await expect(deliver(genuine, minutesLater(-5.1))).rejects.toMatchObject({ status: 401 })
  expect(await database.db.select().from(webhookEvents).where(eq(webhookEvents.eventId, 'sbe_refused'))).toEqual([])
  expect(await deliver(genuine, minutesLater(4.9))).toBe('TAKEN')
})

test('refuses a signed but malformed body', async () => {
  for (const text of ['not JSON', '{}', '{"id":"sbe_1","type":"x","report":{"kind":"payment"}}']) {
    const body = Buffer.from(text)
    const headers = { [signatureHeader]: signWebhook({ body, secrets: [webhookSecret], now: today }) }
    await expect(deliver({ body, headers, now: today })).rejects.toMatchObject({ status: 400 })
  }
})

test('accepts signatures of any of the secrets, so that they rotate without a gap', async () => {
  const { paymentId } = await unanswered()
  const next = randomBytes(32).toString('base64')
  const { openWebhook } = (await import('../../providers/sandbox/sandbox.ts')).createSandbox({
    ...serviceCtx(database),
    sandbox: { publicUrl: '', webhookUrl: '', webhookSecrets: [next, webhookSecret], delayMs: 0 },
  })
  expect(openWebhook(webhook({ paymentId }))).toMatchObject({ report: { paymentId } })
})
