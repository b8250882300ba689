import { IdempotencyConflict, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  captured,
  ctxOf,
  migrations,
  partnerWithMembers,
  runJobs,
  serviceCtx,
  started,
  testAdmin,
} from '../../../test/factories.ts'
import type { Ctx } from '../../context.ts'
import { ledgerEntries, transactions } from '../../db/tables/ledger.ts'
import { payments, refunds } from '../../db/tables/payments.ts'
import { RefundTooLarge, SecondApproverRequired } from '../../errors.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { applyRefundUpdate } from './apply-refund-update.ts'
import { approveRefund, rejectRefund } from './decide-refund.ts'
import { openRefund } from './open-refund.ts'
import { refundPayment } from './refund-payment.ts'
import { sendRefund } from './send-refund.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const reason = 'The lights went out'

async function readPayment(id: string) {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  if (!payment) throw new Error('no payment')
  return payment
}

async function readRefund(id: string) {
  const [refund] = await database.db.select().from(refunds).where(eq(refunds.id, id))
  return refund
}

/** The steps between the approval of a refund and its outcome: our call, the provider's delay, its webhook or response. */
async function settleRefunds(refundId: string): Promise<void> {
  await runJobs(database, 'sendRefund')
  await runJobs(database, 'sandboxSettle')
  const ctx = serviceCtx(database)
  const report = await ctx.providers['sandbox']?.findRefund(refundId, AbortSignal.timeout(1_000))
  if (report) await applyRefundUpdate(ctx, report)
}

async function eventsOf(paymentId: string, type: string) {
  const outbox = await outboxOf(database.db)
  return outbox.filter(({ event }) => event.subject === paymentId && event.type === `tikitu.payment.${type}.v1`)
}

test('refunds part of a payment through the provider, and emits events when it succeeds', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const admin = ctxOf(database, testAdmin())
  const refund = await refundPayment(admin, { paymentId, amount: euros(2_500), reason })
  expect(refund).toMatchObject({ status: 'APPROVED', cause: 'STAFF', causeId: refund.id, amountMinor: 2_500 })
  expect(await readPayment(paymentId)).toMatchObject({ refundReservedMinor: 2_500, refundedMinor: 0 })
  await runJobs(database, 'sendRefund')
  expect((await readRefund(refund.id))?.status).toBe('PENDING')
  await settleRefunds(refund.id)
  expect((await readRefund(refund.id))?.status).toBe('SUCCEEDED')
  expect(await readPayment(paymentId)).toMatchObject({ status: 'CAPTURED', refundedMinor: 2_500 })
  const told = await eventsOf(paymentId, 'refunded')
  expect(told.map(({ to }) => to).toSorted()).toEqual(['admin', 'booking', 'notification'])
  expect(told[0]?.event.data).toMatchObject({ amount: euros(2_500), refundedInAll: euros(2_500), cause: 'STAFF' })
})

test('debits each account what it had received, to the last unit', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { partnerId: 'ptr_refunded', fees: euros(333) })
  for (const part of [1, 3_332, 3_333, 3_334]) {
    const demand = { cause: 'TICKETS_CANCELLED' as const, causeId: `cnl_${part}`, reason: null, amountMinor: part }
    const { id } = await inTransaction(serviceCtx(database), async (ctx) => {
      const payment = await lockPayment(ctx, paymentId)
      return await openRefund(ctx, payment, { ...demand, requestedBy: 'service:booking', needsApproval: false })
    })
    await settleRefunds(id)
  }
  const sums = await accountsOf(paymentId)
  expect([...sums.keys()]).toHaveLength(4)
  for (const sum of sums.values()) expect(sum).toBe(0)
})

/** The sum of a payment's postings by account. */
async function accountsOf(paymentId: string): Promise<Map<string, number>> {
  const entries = await database.db
    .select({ account: ledgerEntries.accountId, amount: ledgerEntries.amountMinor })
    .from(ledgerEntries)
    .innerJoin(transactions, eq(transactions.id, ledgerEntries.transactionId))
    .where(eq(transactions.paymentId, paymentId))
  const sums = new Map<string, number>()
  for (const { account, amount } of entries) sums.set(account, (sums.get(account) ?? 0) + amount)
  return sums
}

test('lets the partner alone bear goodwill: the platform keeps its fees', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { partnerId: 'ptr_kind', fees: euros(1_000) })
  const { id } = await refundPayment(ctxOf(database, testAdmin()), { paymentId, amount: euros(4_000), reason })
  await settleRefunds(id)
  expect(Object.fromEntries(await accountsOf(paymentId))).toEqual({
    'PROVIDER_CLEARING:sandbox:EUR': 6_000,
    'PARTNER_PAYABLE:ptr_kind:EUR': -3_563,
    'PARTNER_TAX:ptr_kind:EUR': -1_437,
    'PLATFORM_FEES:EUR': -1_000,
  })
  expect(await readPayment(paymentId)).toMatchObject({ refundedMinor: 4_000, refundedForTicketsMinor: 0 })
})

test('never refunds more than was captured when refunds race', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const input = { paymentId, amount: euros(3_000), reason }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, () => refundPayment(ctxOf(database, testAdmin()), input)),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(5)
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'REFUND_TOO_LARGE' })
  expect((await readPayment(paymentId)).refundReservedMinor).toBe(9_000)
})

test('never owes more in refunds than was captured, whatever happens to them', async () => {
  const admin = ctxOf(database, testAdmin())
  const second = ctxOf(database, testAdmin())
  const step = fc.record({
    act: fc.constantFrom('ask', 'askMuch', 'approve', 'reject', 'send', 'succeed', 'fail'),
    amount: fc.integer({ min: 1, max: 70_000 }),
    which: fc.nat(5),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const payment = await captured(ctxOf(database), { total: euros(100_000) })
      for (const { act, amount, which } of steps) {
        await perform({ admin, second, paymentId: payment.id }, { act, amount, which })
        await expectConsistent(payment.id)
      }
    }),
    { numRuns: 20 },
  )
}, 60_000)

interface Scene {
  admin: Ctx
  second: Ctx
  paymentId: string
}

async function perform(scene: Scene, step: { act: string; amount: number; which: number }): Promise<void> {
  const { admin, second, paymentId } = scene
  const known = await database.db.select().from(refunds).where(eq(refunds.paymentId, paymentId))
  const refund = known[step.which % Math.max(known.length, 1)]
  const amountMinor = step.act === 'askMuch' ? Math.min(60_000 + step.amount, 100_001) : step.amount
  if (step.act.startsWith('ask')) {
    const wish = { paymentId, amount: euros(amountMinor), reason, tickets: 'NONE' as const }
    await tolerate(refundPayment(admin, wish), 'REFUND_TOO_LARGE')
  }
  if (!refund) return
  const refundId = refund.id
  if (step.act === 'approve') await tolerate(approveRefund(second, { refundId }), 'INVALID_STATE')
  if (step.act === 'reject') await tolerate(rejectRefund(second, { refundId }), 'INVALID_STATE')
  if (step.act === 'send') await sendRefund(serviceCtx(database), refundId)
  if (step.act !== 'succeed' && step.act !== 'fail') return
  const outcome = step.act === 'succeed' ? 'SUCCEEDED' : 'FAILED'
  const amount = euros(refund.amountMinor)
  const report = { kind: 'refund', refundId, paymentId, outcome, amount, failureCode: null, at: admin.now() } as const
  await applyRefundUpdate(serviceCtx(database), report)
}

async function tolerate(work: Promise<unknown>, code: string): Promise<void> {
  await work.catch((error: unknown) => expect(error).toMatchObject({ code }))
}

/** Checks the invariant, and the payment's totals against its refunds and the ledger. */
async function expectConsistent(paymentId: string): Promise<void> {
  const payment = await readPayment(paymentId)
  const all = await database.db.select().from(refunds).where(eq(refunds.paymentId, paymentId))
  const posted = await database.db.select().from(transactions).where(eq(transactions.paymentId, paymentId))
  const total = (rows: readonly { amountMinor: number }[]) => rows.reduce((sum, row) => sum + row.amountMinor, 0)
  const live = all.filter(({ status }) => status !== 'REJECTED')
  expect(total(live)).toBeLessThanOrEqual(payment.capturedMinor)
  expect(payment.refundReservedMinor).toBe(total(live))
  expect(payment.refundedMinor).toBe(total(all.filter(({ status }) => status === 'SUCCEEDED')))
  const [made, returned] = [posted.filter(({ kind }) => kind === 'REFUND'), posted.filter(isReturned)]
  expect(payment.refundedMinor).toBe(total(made) - total(returned))
  const setAside = all.filter(({ status }) => status === 'FAILED')
  expect(payment.debitedMinor).toBe(payment.refundedMinor + total(setAside))
}

const isReturned = ({ kind }: { kind: string }) => kind === 'RETURNED_REFUND'

test('keeps a refund owed when the provider cannot make it, and emits the failure', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { card: 'pm_sandbox_refund_fails' })
  const refund = await refundPayment(ctxOf(database, testAdmin()), {
    paymentId,
    amount: euros(10_000),
    reason,
    tickets: 'NONE',
  })
  await settleRefunds(refund.id)
  expect(await readRefund(refund.id)).toMatchObject({ status: 'FAILED', failureCode: 'CARD_CLOSED' })
  expect(await readPayment(paymentId)).toMatchObject({ refundReservedMinor: 10_000, refundedMinor: 0, openIssues: 1 })
  const failed = await eventsOf(paymentId, 'refundFailed')
  expect(failed.map(({ to }) => to)).toEqual(['admin'])
  expect(await eventsOf(paymentId, 'refunded')).toEqual([])
})

test('counts the outcome of a refund once, however often and however it is reported', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const { id: refundId } = await refundPayment(ctxOf(database, testAdmin()), { paymentId, amount: euros(100), reason })
  const report = { kind: 'refund', refundId, paymentId, amount: euros(100), failureCode: null, at: new Date() } as const
  const told = (['SUCCEEDED', 'PENDING', 'SUCCEEDED', 'SUCCEEDED'] as const).map((outcome) =>
    applyRefundUpdate(serviceCtx(database), { ...report, outcome }),
  )
  await Promise.all(told)
  expect(await readPayment(paymentId)).toMatchObject({ refundedMinor: 100, refundReservedMinor: 100 })
  expect(await eventsOf(paymentId, 'refunded')).toHaveLength(3)
})

test('needs a second member of staff above the configured amount', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { total: euros(60_000) })
  const first = ctxOf(database, testAdmin())
  const second = ctxOf(database, testAdmin())
  const asked = await refundPayment(first, { paymentId, amount: euros(50_001), reason })
  expect(asked.status).toBe('REQUESTED')
  await runJobs(database, 'sendRefund')
  expect((await readRefund(asked.id))?.status).toBe('REQUESTED')
  await expect(approveRefund(first, { refundId: asked.id })).rejects.toThrow(SecondApproverRequired)
  await expect(approveRefund(ctxOf(database), { refundId: asked.id })).rejects.toThrow(NotFound)
  await rejectRefund(second, { refundId: asked.id })
  expect((await readPayment(paymentId)).refundReservedMinor).toBe(0)
  const again = await refundPayment(first, { paymentId, amount: euros(50_001), reason })
  const decisions = [approveRefund(second, { refundId: again.id }), rejectRefund(second, { refundId: again.id })]
  const outcomes = await Promise.allSettled(decisions)
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  await expect(approveRefund(second, { refundId: again.id })).rejects.toMatchObject({ code: 'INVALID_STATE' })
})

test('writes an audit entry for every decision of staff', async () => {
  const { id: paymentId } = await captured(ctxOf(database), { total: euros(60_000) })
  const first = testAdmin()
  const second = testAdmin()
  const { id } = await refundPayment(ctxOf(database, first), { paymentId, amount: euros(50_001), reason })
  await approveRefund(ctxOf(database, second), { refundId: id })
  const audited = (await outboxOf(database.db)).filter(
    ({ event }) => event.subject === id && event.type.includes('audited'),
  )
  expect(audited.map(({ event }) => [event.type, event.actor, (event.data as { action: string }).action])).toEqual([
    ['tikitu.payment.audited.v1', first.userId, 'refundPayment'],
    ['tikitu.payment.audited.v1', second.userId, 'approveRefund'],
  ])
})

test('lets owners and managers of the partner refund, and hides payments of other partners', async () => {
  const { partnerId, owner, manager, scanner } = await partnerWithMembers(database)
  const customer = testUser()
  const { id: paymentId } = await captured(ctxOf(database, customer), { partnerId })
  const input = { paymentId, amount: euros(100), reason }
  for (const viewer of [owner, manager]) expect(await refundPayment(ctxOf(database, viewer), input)).toBeTruthy()
  const other = await partnerWithMembers(database)
  for (const viewer of [scanner, other.owner, customer, testUser({ groups: ['partner'] })]) {
    await expect(refundPayment(ctxOf(database, viewer), input)).rejects.toThrow(NotFound)
  }
})

test('refuses nothing, too much, another currency, a payment that is not paid, and no reason', async () => {
  const admin = ctxOf(database, testAdmin())
  const { id: paymentId } = await captured(ctxOf(database))
  const refuse = (change: object) => refundPayment(admin, { paymentId, amount: euros(1), reason, ...change })
  await expect(refuse({ amount: euros(0) })).rejects.toThrow(InvalidInput)
  await expect(refuse({ amount: euros(-1) })).rejects.toThrow(InvalidInput)
  await expect(refuse({ amount: { amountMinor: 1, currency: 'USD' } })).rejects.toThrow(InvalidInput)
  await expect(refuse({ reason: '  ' })).rejects.toThrow(InvalidInput)
  await expect(refuse({ amount: euros(10_001) })).rejects.toThrow(RefundTooLarge)
  await expect(refuse({ paymentId: 'pay_unknown' })).rejects.toThrow(NotFound)
  const open = await started(ctxOf(database))
  await expect(refuse({ paymentId: open.id })).rejects.toThrow(RefundTooLarge)
})

test('makes one refund per key', async () => {
  const admin = ctxOf(database, testAdmin())
  const { id: paymentId } = await captured(ctxOf(database))
  const input = { paymentId, amount: euros(1_000), reason, idempotencyKey: 'once' }
  const [one, two] = await Promise.all([refundPayment(admin, input), refundPayment(admin, input)])
  expect(one?.id).toBe(two?.id)
  expect((await readPayment(paymentId)).refundReservedMinor).toBe(1_000)
  await expect(refundPayment(admin, { ...input, amount: euros(999) })).rejects.toThrow(IdempotencyConflict)
})
