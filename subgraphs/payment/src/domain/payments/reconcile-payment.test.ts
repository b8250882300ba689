import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  ctxOf,
  jobsOf,
  later,
  migrations,
  runJobs,
  serviceCtx,
  started,
  withShortTimeout,
} from '../../../test/factories.ts'
import { transactions } from '../../db/tables/ledger.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { listAttempts } from './attempts.ts'
import { callProvider } from './call-provider.ts'
import { confirmPayment } from './confirm-payment.ts'
import { reconcilePayment } from './reconcile-payment.ts'
import { reconcileStale } from './reconcile-stale.ts'

const database = useDatabase(migrations)

async function readPayment(id: string): Promise<PaymentRow | undefined> {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  return payment
}

async function capturesOf(id: string): Promise<number> {
  const isCapture = and(eq(transactions.paymentId, id), eq(transactions.kind, 'CAPTURE'))
  const told = (await outboxOf(database.db)).filter(
    ({ to, event }) => to === 'booking' && event.subject === id && event.type === 'tikitu.payment.captured.v1',
  )
  const posted = await database.db.select().from(transactions).where(isCapture)
  expect(told).toHaveLength(posted.length)
  return posted.length
}

test('reconciles an attempt that was captured but never answered', async () => {
  const ada = withShortTimeout(ctxOf(database))
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_timeout' })
  expect(await capturesOf(paymentId)).toBe(0)
  await runJobs(database, 'reconcilePayment')
  expect((await readPayment(paymentId))?.status).toBe('CAPTURED')
  expect(await capturesOf(paymentId)).toBe(1)
  await reconcilePayment(serviceCtx(database), paymentId)
  expect(await capturesOf(paymentId)).toBe(1)
})

/** Simulates a process that ends after the provider captured and before it is recorded: only the database remains. */
async function diedAfterCapture(): Promise<string> {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const sandbox = ada.providers['sandbox']
  if (!sandbox) throw new Error('no sandbox')
  const confirm: typeof sandbox.confirm = async (order, signal) => {
    await sandbox.confirm(order, signal)
    throw new Error('killed')
  }
  const dying = { ...ada, providers: { sandbox: { ...sandbox, confirm } } }
  await confirmPayment(dying, { paymentId, paymentMethod: 'pm_sandbox_approved' })
  expect(await readPayment(paymentId)).toMatchObject({ status: 'PROCESSING', capturedMinor: 0 })
  return paymentId
}

test('reconciles after the process ended between the capture and our record of it', async () => {
  const paymentId = await diedAfterCapture()
  await runJobs(database, 'reconcilePayment')
  expect(await readPayment(paymentId)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  expect(await capturesOf(paymentId)).toBe(1)
})

test('reconciles an open payment even when its own job is gone', async () => {
  const paymentId = await diedAfterCapture()
  const before = await jobsOf(database, 'reconcilePayment')
  await reconcileStale(later(database, serviceCtx(database), 1))
  expect(await jobsOf(database, 'reconcilePayment')).toHaveLength(before.length)
  await reconcileStale(later(database, serviceCtx(database), 3))
  const swept = (await jobsOf(database, 'reconcilePayment')).slice(before.length)
  expect(swept.map(({ payload }) => payload)).toContainEqual({ paymentId })
  await runJobs(database, 'reconcilePayment')
  expect(await capturesOf(paymentId)).toBe(1)
})

test('tries again later while the provider is still processing', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const pending = await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_pending' })
  expect(pending.status).toBe('PROCESSING')
  await expect(reconcilePayment(serviceCtx(database), paymentId)).rejects.toThrow(/still in progress/)
  await runJobs(database, 'sandboxSettle')
  await reconcilePayment(serviceCtx(database), paymentId)
  expect((await readPayment(paymentId))?.status).toBe('CAPTURED')
})

test('gives up an attempt that never reached the provider after a minute, and not earlier', async () => {
  const ada = ctxOf(database)
  const { id: paymentId } = await started(ada)
  const sandbox = ada.providers['sandbox']
  if (!sandbox) throw new Error('no sandbox')
  const deaf = { ...sandbox, confirm: () => Promise.reject(new Error('the connection broke')) }
  await confirmPayment({ ...ada, providers: { sandbox: deaf } }, { paymentId, paymentMethod: 'pm_sandbox_approved' })
  await expect(reconcilePayment(serviceCtx(database), paymentId)).rejects.toThrow(/still in progress/)
  await reconcilePayment(later(database, serviceCtx(database), 1), paymentId)
  expect((await readPayment(paymentId))?.status).toBe('REQUIRES_METHOD')
  expect(await listAttempts(ada, paymentId)).toMatchObject([{ status: 'FAILED', failureCode: 'NOT_SENT' }])
})

test('never calls a provider inside a transaction', async () => {
  const ctx = serviceCtx(database)
  await ctx.db.transaction(async (db) => {
    const asked = callProvider({ ...ctx, db }, 'sandbox', (provider, signal) => provider.find('pay_1', signal))
    await expect(asked).rejects.toThrow(/inside a transaction/)
  })
})
