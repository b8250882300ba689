import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { afterEach, expect, test } from 'vitest'
import { captured, ctxOf, migrations, serviceCtx, testAdmin, today } from '../../../test/factories.ts'
import { expectConsistentLedger, issuesIn, staffOf } from '../../../test/issues.ts'
import type { RefundUpdate } from '../../providers/provider.ts'
import { partnerBalances } from '../ledger/ledger-balances.ts'
import { applyRefundUpdate } from '../refunds/apply-refund-update.ts'
import { refundPayment } from '../refunds/refund-payment.ts'
import { actOnIssue, approvePaymentIssue, rejectPaymentIssue } from './act-on-issue.ts'
import { recordManualTransfer } from './record-manual-transfer.ts'

const database = useDatabase(migrations)
const look = issuesIn(database)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const note = 'Asked the customer for an account'
const service = () => serviceCtx(database)
const staff = () => staffOf(database).first
const minutes = (count: number) => new Date(today.getTime() + count * 60_000)

afterEach(async () => await expectConsistentLedger(database))

/** A payment of a new partner, with a pending partial refund. */
async function refunding(card: string, amountMinor = 4_000) {
  const partnerId = newId('ptr')
  const { id: paymentId } = await captured(ctxOf(database), { card, partnerId })
  const wish = { paymentId, amount: euros(amountMinor), reason: 'The lights went out' }
  const { id: refundId } = await refundPayment(ctxOf(database, testAdmin()), wish)
  const payable = async () => {
    const [balance] = (await partnerBalances(ctxOf(database, testAdmin()), partnerId)) ?? []
    return balance?.payable.amountMinor
  }
  const report = (change: Partial<RefundUpdate>): RefundUpdate => ({
    ...{ kind: 'refund', refundId, paymentId, outcome: 'SUCCEEDED', amount: euros(amountMinor), failureCode: null },
    ...{ at: today, ...change },
  })
  const transfer = { amount: euros(amountMinor), reference: 'SEPA-4711', transferredOn: '2027-02-28', note }
  return { paymentId, partnerId, refundId, payable, report, transfer }
}

test('keeps a failed refund owed: no longer the partner’s, not promised twice, and an issue for staff', async () => {
  const { paymentId, refundId, payable } = await refunding('pm_sandbox_refund_fails')
  expect(await payable()).toBe(9_000)
  await look.settleRefunds(paymentId)
  expect(await look.issueOf(paymentId)).toMatchObject({
    ...{ kind: 'REFUND_FAILED', status: 'OPEN', refundId, amountMinor: 4_000, suspenseMinor: 4_000 },
  })
  expect(await look.payment(paymentId)).toMatchObject({ refundReservedMinor: 4_000, refundedMinor: 0 })
  expect(await payable()).toBe(5_000)
  const { id } = await look.issueOf(paymentId)
  expect(await look.told(id)).toMatchObject([{ occasion: 'OPENED', kind: 'REFUND_FAILED', amount: euros(4_000) }])
})

test('retries under a new key, and is resolved when that succeeds', async () => {
  const { paymentId, payable } = await refunding('pm_sandbox_refund_fails_once')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  const orders = await Promise.allSettled(
    [1, 2, 3].map(() => actOnIssue(staff(), { issueId, note }, { action: 'RETRY' })),
  )
  expect(orders.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'IN_PROGRESS' })
  await look.settleRefunds(paymentId)
  expect(await look.refundsOf(paymentId)).toMatchObject([{ status: 'SUCCEEDED', attempt: 2, failureCode: null }])
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'RESOLVED', resolution: 'REFUNDED' })
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000, refundReservedMinor: 4_000 })
  expect(await payable()).toBe(5_000)
  expect(await look.eventsOf(paymentId, 'refunded')).toHaveLength(3)
  expect(await look.stepsOf(issueId)).toEqual(['OPENED', 'RETRY', 'REFUNDED'])
})

test('reopens the same issue when another attempt fails, and notifies the customer once', async () => {
  const { paymentId } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  await actOnIssue(staff(), { issueId, note }, { action: 'RETRY' })
  await look.settleRefunds(paymentId)
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'OPEN', suspenseMinor: 4_000 })
  const news = (await look.told(issueId)).filter(({ occasion }) => occasion === 'OPENED' || occasion === 'REOPENED')
  expect(news).toHaveLength(1)
})

test('records a manual transfer: the ledger’s bank paid it, and the customer is notified once', async () => {
  const { paymentId, refundId, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  const input = { issueId, ...transfer, idempotencyKey: 'transfer' }
  const one = staff()
  await Promise.all([1, 2, 3].map(() => recordManualTransfer(one, input)))
  await recordManualTransfer(one, input)
  expect(await look.refundsOf(paymentId)).toMatchObject([{ id: refundId, status: 'SUCCEEDED', route: 'BANK_TRANSFER' }])
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000 })
  expect(await look.booksOf(paymentId)).toMatchObject({ 'BANK:EUR': -4_000, 'PROVIDER_CLEARING:sandbox:EUR': 10_000 })
  const refunded = (await look.eventsOf(paymentId, 'refunded')).filter(({ to }) => to === 'notification')
  expect(refunded.map(({ event }) => event.data)).toMatchObject([
    { refundId, amount: euros(4_000), transfer: { reference: 'SEPA-4711', sentOn: '2027-02-28' } },
  ])
})

test('reverses a mistaken record of a transfer, and the money is owed again', async () => {
  const { paymentId, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  await recordManualTransfer(staff(), { issueId, ...transfer })
  const reversals = [1, 2].map(() => actOnIssue(staff(), { issueId, note }, { action: 'REVERSE_TRANSFER' }))
  expect((await Promise.allSettled(reversals)).map(({ status }) => status).toSorted()).toEqual([
    'fulfilled',
    'rejected',
  ])
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'OPEN', suspenseMinor: 4_000, transferReference: null })
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 0, refundReservedMinor: 4_000 })
  expect(await look.booksOf(paymentId)).not.toHaveProperty('BANK:EUR')
  expect((await look.told(issueId)).at(-1)).toMatchObject({ occasion: 'REOPENED' })
  await recordManualTransfer(staff(), { issueId, ...transfer, reference: 'SEPA-4712' })
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'RESOLVED', transferReference: 'SEPA-4712' })
  expect(await look.booksOf(paymentId)).toMatchObject({ 'BANK:EUR': -4_000 })
})

test('refuses a transfer of another amount, in the future, long ago, and without a reference', async () => {
  const { paymentId, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  const record = (change: object) => recordManualTransfer(staff(), { issueId, ...transfer, ...change })
  await expect(record({ amount: euros(3_999) })).rejects.toMatchObject({ code: 'INVALID_STATE' })
  await expect(record({ amount: { amountMinor: 4_000, currency: 'USD' } })).rejects.toMatchObject({
    code: 'INVALID_STATE',
  })
  await expect(record({ transferredOn: '2027-03-03' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  await expect(record({ transferredOn: '2026-02-27' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  await expect(record({ reference: ' ' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  await expect(actOnIssue(ctxOf(database), { issueId, note }, { action: 'RETRY' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
})

test('needs a second person for a transfer above the limit, and for reversing one', async () => {
  const { paymentId, partnerId, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const key = 'payment.refundApprovalAboveMinor'
  await applyConfigChange(service(), { key, scope: partnerId, value: 3_999, version: 1 })
  const { first, second } = staffOf(database)
  const { id: issueId } = await look.issueOf(paymentId)
  expect(await recordManualTransfer(first, { issueId, ...transfer })).toMatchObject({
    status: 'AWAITING_APPROVAL',
    request: { action: 'RECORD_TRANSFER', transfer: { reference: 'SEPA-4711', sentOn: '2027-02-28' } },
  })
  expect((await look.payment(paymentId)).refundedMinor).toBe(0)
  await expect(approvePaymentIssue(first, { issueId, note })).rejects.toMatchObject({
    code: 'SECOND_APPROVER_REQUIRED',
  })
  expect(await approvePaymentIssue(second, { issueId, note })).toMatchObject({ resolution: 'TRANSFERRED' })
  await expectConsistentLedger(database)
  expect((await actOnIssue(first, { issueId, note }, { action: 'REVERSE_TRANSFER' })).status).toBe('AWAITING_APPROVAL')
  await expectConsistentLedger(database)
  expect(await rejectPaymentIssue(second, { issueId, note })).toMatchObject({ resolution: 'TRANSFERRED' })
  await actOnIssue(first, { issueId, note }, { action: 'REVERSE_TRANSFER' })
  expect(await approvePaymentIssue(second, { issueId, note })).toMatchObject({ status: 'OPEN', suspenseMinor: 4_000 })
})

test('owes a completed refund again that was returned', async () => {
  const { paymentId, payable, report } = await refunding('pm_sandbox_refund_comes_back')
  await look.settleRefunds(paymentId)
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000 })
  const returned = report({ outcome: 'FAILED', failureCode: 'RETURNED_BY_BANK', at: minutes(5) })
  await Promise.all([1, 2, 3].map(() => applyRefundUpdate(service(), returned)))
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 0, refundReservedMinor: 4_000 })
  expect(await look.issueOf(paymentId)).toMatchObject({ kind: 'REFUND_FAILED', status: 'OPEN', suspenseMinor: 4_000 })
  expect(await payable()).toBe(5_000)
  await applyRefundUpdate(service(), report({ at: minutes(1) }))
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 0 })
})

test('resolves itself when the provider reports that a refund succeeded', async () => {
  const { paymentId, report } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  await applyRefundUpdate(service(), report({ at: minutes(5) }))
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000 })
})

test('opens an issue when an earlier attempt succeeds after the money was sent another way', async () => {
  const { paymentId, report, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  await recordManualTransfer(staff(), { issueId, ...transfer })
  await applyRefundUpdate(service(), report({ at: minutes(5) }))
  const [, twice] = await look.issuesOf(paymentId)
  expect(twice).toMatchObject({ kind: 'REFUND_MISMATCH', status: 'OPEN', suspenseMinor: -4_000 })
  await actOnIssue(staff(), { issueId: twice?.id ?? '', note }, { action: 'CLOSE' })
  expect(await look.booksOf(paymentId)).toMatchObject({ 'PLATFORM_LOSSES:EUR': 4_000, 'BANK:EUR': -4_000 })
})

test('holds a wrong amount once, however often and at whatever time the provider reports it', async () => {
  const { paymentId, report, transfer } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  await recordManualTransfer(staff(), { issueId, ...transfer })
  await applyRefundUpdate(service(), report({ at: minutes(5) }))
  const books = await look.booksOf(paymentId)
  for (const later of [6, 7]) await applyRefundUpdate(service(), report({ at: minutes(later) }))
  await Promise.all([8, 9, 10].map((later) => applyRefundUpdate(service(), report({ at: minutes(later) }))))
  expect(await look.booksOf(paymentId)).toEqual(books)
  expect(await look.issuesOf(paymentId)).toMatchObject([{}, { kind: 'REFUND_MISMATCH', suspenseMinor: -4_000 }])
  await expectConsistentLedger(database)
})

test('lets staff abandon a refund that they requested: the money is the partner’s again', async () => {
  const { paymentId, payable } = await refunding('pm_sandbox_refund_fails')
  await look.settleRefunds(paymentId)
  const { id: issueId } = await look.issueOf(paymentId)
  await actOnIssue(staff(), { issueId, note }, { action: 'CLOSE' })
  expect(await payable()).toBe(9_000)
  expect(await look.payment(paymentId)).toMatchObject({ refundReservedMinor: 0, debitedMinor: 0 })
  expect(await look.refundsOf(paymentId)).toMatchObject([{ status: 'REJECTED' }])
})

test.each([
  { action: 'ACCEPT', off: 'less', refunded: 3_900, owed: 3_900, statuses: ['SUCCEEDED'] },
  { action: 'RETRY', off: 'less', refunded: 3_900, owed: 4_000, statuses: ['SUCCEEDED', 'APPROVED'] },
  { action: 'CLOSE', off: 'less', refunded: 4_000, owed: 4_000, statuses: ['SUCCEEDED'] },
  { action: 'ACCEPT', off: 'more', refunded: 4_100, owed: 4_100, statuses: ['SUCCEEDED'] },
  { action: 'CLOSE', off: 'more', refunded: 4_000, owed: 4_000, statuses: ['SUCCEEDED'] },
] as const)('ends by $action a refund of $off than was asked', async ({ action, off, refunded, owed, statuses }) => {
  const card = `pm_sandbox_refund_${off}`
  const { paymentId } = await refunding(card)
  await look.settleRefunds(paymentId)
  const gone = off === 'less' ? 3_900 : 4_100
  const issue = await look.issueOf(paymentId)
  expect(issue).toMatchObject({
    kind: 'REFUND_MISMATCH',
    expectedMinor: 4_000,
    receivedMinor: gone,
    suspenseMinor: -gone,
  })
  expect(await look.refundsOf(paymentId)).toMatchObject([{ status: 'NEEDS_REVIEW' }])
  const orders = [1, 2].map(() => actOnIssue(staff(), { issueId: issue.id, note }, { action }))
  expect((await Promise.allSettled(orders)).filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: refunded, refundReservedMinor: owed })
  expect((await look.refundsOf(paymentId)).map(({ status }) => status)).toEqual(statuses)
  const loss = action === 'CLOSE' ? gone - 4_000 : 0
  expect((await look.booksOf(paymentId))['PLATFORM_LOSSES:EUR'] ?? 0).toBe(loss)
  const [told] = (await look.eventsOf(paymentId, 'refunded')).filter(({ to }) => to === 'notification')
  expect(told?.event.data).toMatchObject({ amount: euros(gone) })
})

test('resolves itself when the provider corrects the amount of a refund', async () => {
  const { paymentId, report } = await refunding('pm_sandbox_approved')
  await applyRefundUpdate(service(), report({ amount: euros(1) }))
  await applyRefundUpdate(service(), report({ at: minutes(1) }))
  expect(await look.issueOf(paymentId)).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
  expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000 })
})

test('lets only the platform bear refunds in another currency or above the captured amount', async () => {
  for (const amount of [{ amountMinor: 4_000, currency: 'USD' }, euros(10_001)]) {
    const { paymentId, report } = await refunding('pm_sandbox_approved')
    await applyRefundUpdate(service(), report({ amount }))
    const { id: issueId } = await look.issueOf(paymentId)
    await expect(actOnIssue(staff(), { issueId, note }, { action: 'ACCEPT' })).rejects.toMatchObject({
      message: expect.stringContaining('Allowed now: CLOSE'),
    })
    await actOnIssue(staff(), { issueId, note }, { action: 'CLOSE' })
    expect(await look.payment(paymentId)).toMatchObject({ refundedMinor: 4_000 })
  }
})
