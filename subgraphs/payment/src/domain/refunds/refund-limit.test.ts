import { applyConfigChange } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { expect, test } from 'vitest'
import {
  captured,
  ctxOf,
  later,
  migrations,
  partnerWithMembers,
  serviceCtx,
  testAdmin,
} from '../../../test/factories.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { approveRefund, rejectRefund } from './decide-refund.ts'
import { openRefund } from './open-refund.ts'
import { refundPayment } from './refund-payment.ts'

const database = useDatabase(migrations)
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
const reason = 'The lights went out'

test('needs a second person once parts add up to more than the limit', async () => {
  const price = { total: euros(100_000), fees: euros(0), tax: euros(0) }
  const { id: paymentId } = await captured(ctxOf(database), price)
  const admin = ctxOf(database, testAdmin())
  const part = () => refundPayment(admin, { paymentId, amount: euros(25_000), reason })
  expect([(await part()).status, (await part()).status]).toEqual(['APPROVED', 'APPROVED'])
  const third = await part()
  expect(third.status).toBe('REQUESTED')
  await rejectRefund(ctxOf(database, testAdmin()), { refundId: third.id })
  expect((await part()).status).toBe('REQUESTED')
})

const costly = { total: euros(100_000), fees: euros(0), tax: euros(0) }

test('needs a second person once one person refunds more than the limit within a day, across bookings', async () => {
  const admin = ctxOf(database, testAdmin())
  const give = async (ctx = admin) => {
    const { id: paymentId } = await captured(ctxOf(database), costly)
    return (await refundPayment(ctx, { paymentId, amount: euros(20_000), reason })).status
  }
  expect([await give(), await give(), await give()]).toEqual(['APPROVED', 'APPROVED', 'REQUESTED'])
  expect(await give(ctxOf(database, testAdmin()))).toBe('APPROVED')
  expect(await give(later(database, admin, 24 * 60 + 1))).toBe('APPROVED')
})

test('lets one person use the limit once, even with simultaneous requests', async () => {
  const admin = testAdmin()
  const payments = await Promise.all(Array.from({ length: 4 }, () => captured(ctxOf(database), costly)))
  const asked = payments.map(({ id: paymentId }) =>
    refundPayment(ctxOf(database, admin), { paymentId, amount: euros(20_000), reason }),
  )
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.toSorted()).toEqual(['APPROVED', 'APPROVED', 'REQUESTED', 'REQUESTED'])
})

test('counts tickets that staff cancelled for others as their refunds', async () => {
  const admin = testAdmin()
  const { id: paymentId } = await captured(ctxOf(database), costly)
  const cancelled = { cause: 'TICKETS_CANCELLED' as const, causeId: 'cnl_1', reason: null, amountMinor: 40_000 }
  await inTransaction(serviceCtx(database), async (ctx) => {
    const demand = { ...cancelled, requestedBy: admin.userId, needsApproval: false }
    await openRefund(ctx, await lockPayment(ctx, paymentId), demand)
  })
  const other = await captured(ctxOf(database), costly)
  const wish = { paymentId: other.id, amount: euros(20_000), reason }
  expect((await refundPayment(ctxOf(database, admin), wish)).status).toBe('REQUESTED')
})

test.each([
  ['EUR', 50_000, 'APPROVED'],
  ['EUR', 50_001, 'REQUESTED'],
  ['JPY', 80_001, 'REQUESTED'],
  ['KWD', 150_000, 'APPROVED'],
  ['IDR', 50_001, 'APPROVED'],
  ['XPF', 1, 'REQUESTED'],
] as const)('has a limit of its own for %s: %i is %s', async (currency, amountMinor, status) => {
  const money = (minor: number) => ({ amountMinor: minor, currency })
  const price = { total: money(900_000), fees: money(0), tax: money(0) }
  const lines = [{ label: 'Stalls', price: money(900_000), fee: money(0), tax: money(0) }]
  const { id: paymentId } = await captured(ctxOf(database), { ...price, lines })
  const wish = { paymentId, amount: money(amountMinor), reason }
  expect((await refundPayment(ctxOf(database, testAdmin()), wish)).status).toBe(status)
})

test("reads a partner's own limit, also one that was set as a bare number of euros", async () => {
  const { partnerId, owner } = await partnerWithMembers(database)
  const { id: paymentId } = await captured(ctxOf(database), { partnerId })
  const key = 'payment.refundApprovalAboveMinor'
  await applyConfigChange(serviceCtx(database), { key, scope: partnerId, value: 300, version: 1 })
  const ask = async (minor: number) =>
    (await refundPayment(ctxOf(database, owner), { paymentId, amount: euros(minor), reason })).status
  expect([await ask(300), await ask(1)]).toEqual(['APPROVED', 'REQUESTED'])
  await applyConfigChange(serviceCtx(database), { key, scope: partnerId, value: { EUR: 1_000 }, version: 2 })
  expect(await ask(700)).toBe('APPROVED')
})

test('lets another owner or manager of the same partner decide; two at once decide once', async () => {
  const { partnerId, owner, manager, scanner } = await partnerWithMembers(database)
  const other = await partnerWithMembers(database)
  const { id: paymentId } = await captured(ctxOf(database), { ...costly, partnerId })
  const wish = { paymentId, amount: euros(60_000), reason }
  const { id: refundId, status } = await refundPayment(ctxOf(database, manager), wish)
  expect(status).toBe('REQUESTED')
  await expect(approveRefund(ctxOf(database, manager), { refundId })).rejects.toMatchObject({
    code: 'SECOND_APPROVER_REQUIRED',
  })
  const bothHats = { ...manager, groups: [...manager.groups, ...testStaff('FINANCE').groups] }
  await expect(approveRefund(ctxOf(database, bothHats), { refundId })).rejects.toMatchObject({
    code: 'SECOND_APPROVER_REQUIRED',
  })
  for (const viewer of [scanner, other.owner]) {
    await expect(approveRefund(ctxOf(database, viewer), { refundId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  await expect(approveRefund(ctxOf(database, testStaff('SUPPORT')), { refundId })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === refundId)
  const asked = told.find(({ event }) => event.type.includes('approvalRequested'))
  expect(asked).toMatchObject({ to: 'notification', event: { data: { approverIds: [owner.userId] } } })
  const finance = ctxOf(database, testStaff('FINANCE'))
  const decisions = [approveRefund(ctxOf(database, owner), { refundId }), approveRefund(finance, { refundId })]
  const outcomes = await Promise.allSettled(decisions)
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
})
