import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { afterEach, expect, test } from 'vitest'
import { captured, ctxOf, migrations, serviceCtx, started, today } from '../../../test/factories.ts'
import { expectConsistentLedger, issuesIn, staffOf } from '../../../test/issues.ts'
import type { PaymentUpdate } from '../../providers/provider.ts'
import { applyProviderUpdate } from '../payments/apply-provider-update.ts'
import { confirmPayment } from '../payments/confirm-payment.ts'
import { actOnIssue, approvePaymentIssue, rejectPaymentIssue } from './act-on-issue.ts'
import { listIssues } from './list-issues.ts'
import { recordManualTransfer } from './record-manual-transfer.ts'

const database = useDatabase(migrations)
const look = issuesIn(database)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const note = 'Checked with the provider'
const ctx = () => ctxOf(database)
const service = () => serviceCtx(database)
const { first, second } = { first: () => staffOf(database).first, second: () => staffOf(database).second }

afterEach(async () => await expectConsistentLedger(database))

function capture(paymentId: string, change: Partial<PaymentUpdate> = {}): PaymentUpdate {
  return {
    ...{ kind: 'payment', paymentId, attemptId: null, outcome: 'CAPTURED', amount: euros(10_000) },
    ...{ failureCode: null, actionUrl: null, at: today },
    ...change,
  }
}

test('opens an issue for a capture of less than was due, and notifies staff, the customer and booking', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_less' })
  expect(await look.payment(id)).toMatchObject({ status: 'NEEDS_REVIEW', capturedMinor: 0, openIssues: 1 })
  const issue = await look.issueOf(id)
  expect(issue).toMatchObject({
    ...{ kind: 'CAPTURE_MISMATCH', status: 'OPEN', amountMinor: 9_900, currency: 'EUR', suspenseMinor: 9_900 },
    ...{ expectedMinor: 10_000, receivedMinor: 9_900 },
  })
  const told = await look.eventsOf(issue.id, 'issueChanged')
  expect(told.map(({ to }) => to).toSorted()).toEqual(['admin', 'booking', 'notification'])
  expect(told[0]?.event.data).toMatchObject({ occasion: 'OPENED', expected: euros(10_000), received: euros(9_900) })
  expect(await look.booksOf(id)).toEqual({ 'PROVIDER_CLEARING:sandbox:EUR': 9_900, 'SUSPENSE:EUR': -9_900 })
  const queue = await listIssues(first(), { filter: { kind: 'CAPTURE_MISMATCH', currency: 'EUR' } })
  expect(queue.edges.map(({ node }) => node.id)).toContain(issue.id)
})

test('accepts less than the total: the payment pays for its booking, and nothing stays on SUSPENSE', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_less' })
  const issue = await look.issueOf(id)
  const input = { issueId: issue.id, note, idempotencyKey: 'accept' }
  const staff = first()
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => actOnIssue(staff, input, { action: 'ACCEPT' })))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  expect(await look.payment(id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 9_900, openIssues: 0 })
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'ACCEPTED', suspenseMinor: 0 })
  const [event, ...more] = (await look.eventsOf(id, 'captured')).filter(({ to }) => to === 'booking')
  expect(more).toEqual([])
  expect(event?.event.data).toMatchObject({ amount: euros(9_900), due: euros(10_000) })
  expect(await look.booksOf(id)).toEqual({
    'PROVIDER_CLEARING:sandbox:EUR': 9_900,
    'PARTNER_PAYABLE:ptr_hall:EUR': -7_488,
    'PARTNER_TAX:ptr_hall:EUR': -1_422,
    'PLATFORM_FEES:EUR': -990,
  })
  const audited = await look.eventsOf(issue.id, 'audited')
  expect(audited.map(({ event }) => event.data)).toMatchObject([{ action: 'acceptPaymentDifference', reason: note }])
  await applyProviderUpdate(service(), capture(id, { amount: euros(9_900), at: new Date(today.getTime() + 60_000) }))
  expect(await look.issuesOf(id)).toHaveLength(1)
})

test('accepts the amount due of a larger capture, and refunds the surplus', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_more' })
  const { id: issueId } = await look.issueOf(id)
  await actOnIssue(first(), { issueId, note }, { action: 'ACCEPT' })
  expect(await look.payment(id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  expect(await look.issueOf(id)).toMatchObject({ status: 'IN_PROGRESS', amountMinor: 100, suspenseMinor: 100 })
  await look.settleRefunds(id)
  expect(await look.refundsOf(id)).toMatchObject([{ cause: 'PAYMENT_ISSUE', amountMinor: 100, status: 'SUCCEEDED' }])
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'REFUNDED' })
  expect(await look.payment(id)).toMatchObject({ refundedMinor: 0, refundReservedMinor: 0 })
  expect(await look.booksOf(id)).toEqual({
    'PROVIDER_CLEARING:sandbox:EUR': 10_000,
    'PARTNER_PAYABLE:ptr_hall:EUR': -7_563,
    'PARTNER_TAX:ptr_hall:EUR': -1_437,
    'PLATFORM_FEES:EUR': -1_000,
  })
})

test.each(['pm_sandbox_captures_less', 'pm_sandbox_captures_more', 'pm_sandbox_captures_other_currency'])(
  'gives back all that came with %s, and tells booking that the payment pays for nothing',
  async (card) => {
    const { id } = await captured(ctx(), { card })
    const issue = await look.issueOf(id)
    await actOnIssue(first(), { issueId: issue.id, note }, { action: 'REFUND' })
    expect(await look.payment(id)).toMatchObject({ status: 'CANCELLED', capturedMinor: 0 })
    expect(await look.eventsOf(id, 'refused')).toHaveLength(2)
    await look.settleRefunds(id)
    expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'REFUNDED', suspenseMinor: 0 })
    expect(await look.booksOf(id)).toEqual({})
    const [refunded] = (await look.eventsOf(id, 'refunded')).filter(({ to }) => to === 'notification')
    const { amountMinor, currency } = issue
    expect(refunded?.event.data).toMatchObject({ amount: { amountMinor, currency }, cause: 'PAYMENT_ISSUE' })
  },
)

test('does not accept another currency than the one that was due', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_other_currency' })
  const { id: issueId, currency } = await look.issueOf(id)
  expect(currency).toBe('USD')
  await expect(actOnIssue(first(), { issueId, note }, { action: 'ACCEPT' })).rejects.toMatchObject({
    code: 'INVALID_STATE',
  })
})

test('lets one of two racing actions resolve an issue, and refuses the other', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_less' })
  const { id: issueId } = await look.issueOf(id)
  const outcomes = await Promise.allSettled([
    actOnIssue(first(), { issueId, note }, { action: 'ACCEPT' }),
    actOnIssue(first(), { issueId, note }, { action: 'REFUND' }),
    actOnIssue(first(), { issueId, note }, { action: 'REFUND' }),
  ])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'INVALID_STATE' })
  }
  await look.settleRefunds(id)
})

test('resolves itself when the provider corrects its report', async () => {
  const ada = ctx()
  const { id } = await started(ada)
  await applyProviderUpdate(service(), capture(id, { amount: euros(9_500) }))
  expect(await look.payment(id)).toMatchObject({ status: 'NEEDS_REVIEW' })
  await applyProviderUpdate(service(), capture(id, { at: new Date(today.getTime() + 1_000) }))
  expect(await look.payment(id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000, openIssues: 0 })
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'SETTLED' })
  expect(await look.eventsOf(id, 'captured')).toHaveLength(2)
})

test('opens a separate issue for a second capture, and refunds it', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captured_twice' })
  const again = capture(id, { attemptId: 'att_again' })
  await Promise.all([1, 2, 3].map(() => applyProviderUpdate(service(), again)))
  expect(await look.payment(id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  const issue = await look.issueOf(id)
  expect(issue).toMatchObject({ kind: 'DUPLICATE_CAPTURE', suspenseMinor: 10_000, expectedMinor: null })
  await actOnIssue(first(), { issueId: issue.id, note }, { action: 'REFUND' })
  await look.settleRefunds(id)
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'REFUNDED' })
  expect(await look.payment(id)).toMatchObject({ capturedMinor: 10_000, refundedMinor: 0 })
  expect(await look.eventsOf(id, 'refused')).toEqual([])
})

test('pays for the booking with the amount due, even after another attempt captured a wrong amount', async () => {
  const { id } = await started(ctx())
  await applyProviderUpdate(service(), capture(id, { attemptId: 'att_a', amount: euros(9_500) }))
  await applyProviderUpdate(service(), capture(id, { attemptId: 'att_b' }))
  expect(await look.payment(id)).toMatchObject({ status: 'CAPTURED', capturedMinor: 10_000 })
  const { id: issueId } = await look.issueOf(id)
  await expect(actOnIssue(first(), { issueId, note }, { action: 'ACCEPT' })).rejects.toMatchObject({
    code: 'INVALID_STATE',
  })
  await recordManualTransfer(first(), {
    ...{ issueId, note, amount: euros(9_500), reference: 'SEPA-7', transferredOn: '2027-03-01' },
  })
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED', resolution: 'TRANSFERRED' })
  expect(await look.booksOf(id)).toMatchObject({ 'BANK:EUR': -9_500, 'PARTNER_PAYABLE:ptr_hall:EUR': -7_563 })
})

test('needs a different second person above the limit, and then does what was requested', async () => {
  const dear = { total: euros(100_000), fees: euros(0), tax: euros(0) }
  const { id } = await captured(ctx(), { ...dear, card: 'pm_sandbox_captures_less' })
  const { id: issueId } = await look.issueOf(id)
  const one = first()
  const asked = await actOnIssue(one, { issueId, note }, { action: 'REFUND' })
  expect(asked).toMatchObject({ status: 'AWAITING_APPROVAL', request: { action: 'REFUND' } })
  expect(await look.refundsOf(id)).toEqual([])
  await expect(approvePaymentIssue(one, { issueId, note })).rejects.toMatchObject({ code: 'SECOND_APPROVER_REQUIRED' })
  await expect(actOnIssue(second(), { issueId, note }, { action: 'REFUND' })).rejects.toMatchObject({
    code: 'INVALID_STATE',
  })
  await rejectPaymentIssue(second(), { issueId, note })
  expect(await look.issueOf(id)).toMatchObject({ status: 'OPEN', request: null })
  await actOnIssue(one, { issueId, note }, { action: 'REFUND' })
  const two = second()
  const outcomes = await Promise.allSettled([1, 2].map(() => approvePaymentIssue(two, { issueId, note })))
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await look.refundsOf(id)).toMatchObject([{ amountMinor: 99_900, status: 'APPROVED' }])
  await look.settleRefunds(id)
  expect(await look.issueOf(id)).toMatchObject({ status: 'RESOLVED' })
  const actions = (await look.eventsOf(issueId, 'audited')).map(
    ({ event }) => (event.data as { action: string }).action,
  )
  expect(actions).toEqual([
    ...['refundPaymentIssue', 'rejectPaymentIssue', 'refundPaymentIssue', 'approvePaymentIssue'],
  ])
})

test('lets only staff see issues and act on them, and requires a reason', async () => {
  const { id } = await captured(ctx(), { card: 'pm_sandbox_captures_less' })
  const { id: issueId } = await look.issueOf(id)
  for (const viewer of [testUser(), testUser({ groups: ['partner', 'user'] })]) {
    const stranger = ctxOf(database, viewer)
    await expect(actOnIssue(stranger, { issueId, note }, { action: 'REFUND' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(listIssues(stranger, {})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  }
  await expect(actOnIssue(first(), { issueId, note: '  ' }, { action: 'REFUND' })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
  })
  await expect(actOnIssue(first(), { issueId: 'iss_none', note }, { action: 'REFUND' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

test('tells a customer whose payment is in review what happens next', async () => {
  const ada = ctx()
  const { id: paymentId } = await captured(ada, { card: 'pm_sandbox_captures_less' })
  await expect(confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_approved' })).rejects.toMatchObject({
    code: 'PAYMENT_CLOSED',
    message: expect.stringContaining('a full refund'),
  })
})
