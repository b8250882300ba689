import { anonymous } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, InvalidInput, NotFound, Unauthenticated } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  captured,
  ctxOf,
  jobsOf,
  later,
  migrations,
  sandboxCtxOf,
  serviceCtx,
  started,
  withShortTimeout,
} from '../../../test/factories.ts'
import { transactions } from '../../db/tables/ledger.ts'
import { PaymentClosed, PaymentInProgress, QuoteExpired } from '../../errors.ts'
import { NotSent, type PaymentProvider } from '../../providers/provider.ts'
import { answerChallenge } from '../../providers/sandbox/intents.ts'
import { listLedgerBalances } from '../ledger/ledger-balances.ts'
import { listAttempts } from './attempts.ts'
import { closeBooking } from './close-booking.ts'
import { confirmPayment } from './confirm-payment.ts'

const database = useDatabase(migrations)

async function eventsOf(paymentId: string): Promise<string[]> {
  const outbox = await outboxOf(database.db)
  const names = outbox.filter(({ event }) => event.subject === paymentId).map(({ event }) => event.type)
  return [...new Set(names)]
}

test('records the capture, posts it and emits the event in one transaction', async () => {
  const payment = await captured(ctxOf(database))
  expect(payment).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000, refundReservedMinor: 0 })
  const posted = await database.db.select().from(transactions).where(eq(transactions.paymentId, payment.id))
  expect(posted).toMatchObject([{ kind: 'CAPTURE', amountMinor: 10_000, currency: 'EUR', partnerId: 'ptr_hall' }])
  const outbox = await outboxOf(database.db)
  const told = outbox.filter(({ event }) => event.subject === payment.id)
  expect(told.map(({ to }) => to).toSorted()).toEqual(['admin', 'booking'])
  expect(told[0]?.event).toMatchObject({
    type: 'tikitu.payment.captured.v1',
    data: { paymentId: payment.id, bookingId: payment.bookingId, amount: { amountMinor: 10_000, currency: 'EUR' } },
  })
})

test('owes the partner the price, books the tax separately, and keeps the fees', async () => {
  const partnerId = 'ptr_owed'
  await captured(ctxOf(database), { partnerId })
  const admin = ctxOf(database, testStaff())
  const { edges } = await listLedgerBalances(admin, { first: 100 })
  const accounts = new Map(edges.map(({ node }) => [node.id, node.balance.amountMinor]))
  expect(accounts.get(`PARTNER_PAYABLE:${partnerId}:EUR`)).toBe(-7_563)
  expect(accounts.get(`PARTNER_TAX:${partnerId}:EUR`)).toBe(-1_437)
  expect([...accounts.values()].reduce((sum, amount) => sum + amount, 0)).toBe(0)
})

test.each([
  ['pm_sandbox_declined', 'CARD_DECLINED'],
  ['pm_sandbox_insufficient_funds', 'INSUFFICIENT_FUNDS'],
])('lets the customer try again after %s, and says why it failed', async (paymentMethod, failureCode) => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const declined = await confirmPayment(ada, { paymentId, paymentMethod })
  expect(declined.status).toBe('REQUIRES_METHOD')
  expect(await listAttempts(ada, paymentId)).toMatchObject([{ sequence: 1, status: 'FAILED', failureCode }])
  expect(await eventsOf(paymentId)).toEqual(['tikitu.payment.failed.v1'])
  const paid = await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_approved' })
  expect(paid.status).toBe('CAPTURED')
  expect(await listAttempts(ada, paymentId)).toMatchObject([{ status: 'FAILED' }, { sequence: 2, status: 'CAPTURED' }])
})

test('sends the customer to the bank for 3-D Secure, and accepts another card meanwhile', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const waiting = await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_3ds' })
  expect(waiting.status).toBe('REQUIRES_ACTION')
  const [attempt] = await listAttempts(ada, paymentId)
  expect(attempt?.actionUrl).toMatch(/^http:\/\/payment\.example\/sandbox\/3ds\/[\w-]{32}$/)
  const paid = await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_approved' })
  expect(paid.status).toBe('CAPTURED')
  const challenge = attempt?.actionUrl?.split('/').at(-1) ?? ''
  expect(await answerChallenge(sandboxCtxOf(database), challenge, true)).toBeNull()
})

test('treats no answer as unknown: the attempt stays open, and a job reconciles it', async () => {
  const ada = withShortTimeout(ctxOf(database))
  const { id: paymentId } = await started(ada)
  const unknown = await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_timeout' })
  expect(unknown.status).toBe('PROCESSING')
  expect(await listAttempts(ada, paymentId)).toMatchObject([{ status: 'SENT' }])
  expect((await jobsOf(database, 'reconcilePayment')).map(({ payload }) => payload)).toContainEqual({ paymentId })
  await expect(confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_approved' })).rejects.toThrow(
    PaymentInProgress,
  )
})

test('fails an attempt whose request was never sent', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const unreachable = { ...ada.providers['sandbox'], confirm: () => Promise.reject(new NotSent('connection refused')) }
  const offline = { ...ada, providers: { sandbox: unreachable as (typeof ada.providers)[string] } }
  const payment = await confirmPayment(offline, { paymentId, paymentMethod: 'pm_sandbox_approved' })
  expect(payment.status).toBe('REQUIRES_METHOD')
  expect(await listAttempts(ada, paymentId)).toMatchObject([{ status: 'FAILED', failureCode: 'NOT_SENT' }])
})

test('charges once when the customer clicks eight times at once', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const input = { paymentId, paymentMethod: 'pm_sandbox_approved' }
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => confirmPayment(ada, input)))
  const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []))
  expect(refusals).toHaveLength(7)
  expect(new Set([...refusals, 'PAYMENT_IN_PROGRESS', 'PAYMENT_CLOSED']).size).toBe(2)
  expect(await listAttempts(ada, paymentId)).toHaveLength(1)
  expect(await database.db.select().from(transactions).where(eq(transactions.paymentId, paymentId))).toHaveLength(1)
})

test('makes one attempt per key and calls the provider once, however often it is requested', async () => {
  const customer = ctxOf(database)
  const { id: paymentId } = await started(customer)
  const sandbox = customer.providers['sandbox'] as PaymentProvider
  let calls = 0
  const confirm: PaymentProvider['confirm'] = (order, signal) => {
    calls++
    return sandbox.confirm(order, signal)
  }
  const ada = { ...customer, providers: { sandbox: { ...sandbox, confirm } } }
  const input = { paymentId, paymentMethod: 'pm_sandbox_declined', idempotencyKey: 'click' }
  await Promise.all([confirmPayment(ada, input), confirmPayment(ada, input)])
  expect((await confirmPayment(ada, input)).status).toBe('REQUIRES_METHOD')
  expect(calls).toBe(1)
  expect(await listAttempts(ada, paymentId)).toHaveLength(1)
  await expect(confirmPayment(ada, { ...input, paymentMethod: 'pm_sandbox_approved' })).rejects.toThrow(
    IdempotencyConflict,
  )
})

test('refuses a payment that is paid or expired, or whose booking expired', async () => {
  const ada = ctxOf(database)
  const card = { paymentMethod: 'pm_sandbox_approved' }
  const paid = await captured(ada)
  await expect(confirmPayment(ada, { paymentId: paid.id, ...card })).rejects.toThrow(PaymentClosed)
  const slow = await started(ada)
  await expect(confirmPayment(later(database, ada, 15), { paymentId: slow.id, ...card })).rejects.toThrow(QuoteExpired)
  const lapsed = await started(ada)
  await closeBooking(serviceCtx(database), { ...lapsed, performanceId: 'prf_1' })
  await expect(confirmPayment(ada, { paymentId: lapsed.id, ...card })).rejects.toThrow(PaymentClosed)
})

test('refuses invalid payment methods, above all card numbers', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  for (const paymentMethod of ['4242424242424242', 'pm_unknown', 'constructor', '']) {
    await expect(confirmPayment(ada, { paymentId, paymentMethod })).rejects.toThrow(InvalidInput)
  }
  expect(await listAttempts(ada, paymentId)).toEqual([])
})

test('hides payments from other users and anonymous callers', async () => {
  const { id: paymentId } = await started(ctxOf(database))
  const input = { paymentId, paymentMethod: 'pm_sandbox_approved' }
  await expect(confirmPayment(ctxOf(database), input)).rejects.toThrow(NotFound)
  await expect(confirmPayment(ctxOf(database, testStaff()), input)).rejects.toThrow(NotFound)
  await expect(confirmPayment(ctxOf(database, anonymous), input)).rejects.toThrow(Unauthenticated)
})

test.each([
  'https://evil.example/paid',
  'https://tickets.example.evil.example/paid',
  'https://tickets.example@evil.example/paid',
  'https://user@tickets.example/paid',
  'https://tickets.example:8443/paid',
  'http://tickets.example/paid',
  'http://localhost:5173/paid',
  'javascript:alert(1)//https://tickets.example',
  'data:text/html,hello',
  'com.example.other://paid',
])('refuses the return URL %s, which nobody configured', async (returnUrl) => {
  const ctx = ctxOf(database)
  const partnerId = newId('ptr')
  const value = ['https://tickets.example', 'com.example.tickets:']
  await applyConfigChange(serviceCtx(database), { key: 'payment.returnUrls', scope: partnerId, value, version: 1 })
  const { id: paymentId } = await started(ctx, { partnerId })
  const input = { paymentId, paymentMethod: 'pm_sandbox_3ds', returnUrl: new URL(returnUrl) }
  await expect(confirmPayment(ctx, input)).rejects.toThrow(
    'returnUrl: must start with one of: https://tickets.example, com.example.tickets:',
  )
  expect(await listAttempts(ctx, paymentId)).toEqual([])
})

test('allows return URLs to this machine outside production, and says so when none are configured', async () => {
  const ctx = ctxOf(database)
  const { id: paymentId } = await started(ctx)
  const input = { paymentId, paymentMethod: 'pm_sandbox_3ds', returnUrl: new URL('http://localhost:5173/paid') }
  await expect(confirmPayment(ctx, input)).rejects.toThrow('payment.returnUrls is empty')
  await confirmPayment({ ...ctx, allowsLocalReturns: true }, input)
  expect(await listAttempts(ctx, paymentId)).toMatchObject([{ returnUrl: 'http://localhost:5173/paid' }])
})

test('treats another return URL as another request, and as another attempt without a key', async () => {
  const ctx = { ...ctxOf(database), allowsLocalReturns: true }
  const { id: paymentId } = await started(ctx)
  const input = {
    paymentId,
    paymentMethod: 'pm_sandbox_3ds',
    returnUrl: new URL('http://localhost/one'),
    idempotencyKey: 'pay',
  }
  await confirmPayment(ctx, input)
  await confirmPayment(ctx, { ...input, returnUrl: new URL('http://localhost/one') })
  const other = { ...input, returnUrl: new URL('http://localhost/two') }
  await expect(confirmPayment(ctx, other)).rejects.toThrow(IdempotencyConflict)
  await confirmPayment(ctx, { ...other, idempotencyKey: null })
  const attempts = await listAttempts(ctx, paymentId)
  expect(attempts.map(({ returnUrl }) => returnUrl)).toEqual(['http://localhost/one', 'http://localhost/two'])
})

test('names valid payment methods when one is invalid', async () => {
  const ctx = ctxOf(database)
  const { id: paymentId } = await started(ctx)
  await expect(confirmPayment(ctx, { paymentId, paymentMethod: '4242424242424242' })).rejects.toThrow(
    'paymentMethod: must be a payment method of sandbox, such as pm_sandbox_approved, pm_sandbox_3ds, ',
  )
})
