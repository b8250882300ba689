import { Forbidden, NotFound } from '@tikitu/kit/base/errors'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/projections.ts'
import { listLedgerBalances } from '../src/domain/ledger/ledger-balances.ts'
import { approveRefund } from '../src/domain/refunds/decide-refund.ts'
import { refundPayment } from '../src/domain/refunds/refund-payment.ts'
import { captured, ctxOf, migrations, partnerWithMembers } from './factories.ts'

const database = useDatabase(migrations)

async function paid() {
  const hall = await partnerWithMembers(database)
  const payment = await captured(ctxOf(database), { partnerId: hall.partnerId })
  const { currency } = payment
  return { hall, input: { paymentId: payment.id, amount: { amountMinor: 100, currency }, reason: 'Goodwill' } }
}

test('returns no earlier refund to a manager who was removed', async () => {
  const { hall, input } = await paid()
  const repeat = () => refundPayment(ctxOf(database, hall.manager), { ...input, idempotencyKey: 'refund' })
  const { id } = await repeat()
  expect((await repeat()).id).toBe(id)
  await database.db.delete(partnerMembers).where(eq(partnerMembers.userId, hall.manager.userId))
  await expect(repeat()).rejects.toThrow(NotFound)
})

test('lets FINANCE refund and approve, and no other staff role', async () => {
  const { hall, input } = await paid()
  const large = { ...input, amount: { ...input.amount, amountMinor: 5_000 } }
  await applyConfigChange(ctxOf(database), {
    key: 'payment.refundApprovalAboveMinor',
    scope: hall.partnerId,
    value: { EUR: 1_000 },
    version: 1,
  })
  const waiting = await refundPayment(ctxOf(database, hall.manager), large)
  for (const role of ['SUPPORT', 'COMPLIANCE'] as const) {
    await expect(refundPayment(ctxOf(database, testStaff(role)), input)).rejects.toThrow(Forbidden)
    await expect(approveRefund(ctxOf(database, testStaff(role)), { refundId: waiting.id })).rejects.toThrow(Forbidden)
  }
  expect(await refundPayment(ctxOf(database, testStaff('FINANCE')), input)).toMatchObject({ amountMinor: 100 })
  await expect(listLedgerBalances(ctxOf(database, testStaff('SUPPORT')), {})).rejects.toThrow(Forbidden)
})
