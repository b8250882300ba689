import { useDatabase } from '@tikitu/kit/testing/database/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { deliverTo, migrations, superadminOf } from '../../../test/factories.ts'
import { countPaymentIssues } from './payment-issue-figures.ts'

const database = useDatabase(migrations)
const deliver = deliverTo(database)
const money = (amountMinor: number, currency = 'EUR') => ({ amountMinor, currency })

test('shows what money is stuck now, per currency and since when, in whatever order it is told', async () => {
  const { ctx } = superadminOf(database)
  const issue = (issueId: string, version: number, change: Partial<Payload<'payment.issueChanged'>>) =>
    deliver('payment.issueChanged', {
      ...{ issueId, version, kind: 'REFUND_FAILED', status: 'OPEN', occasion: 'OPENED', resolution: null },
      ...{ paymentId: 'pay_1', bookingId: 'bkg_1', reference: 'K7QM-2F9D', userId: 'usr_1', partnerId: 'ptr_1' },
      ...{ refundId: 'rfd_1', amount: money(2_873), expected: money(2_873), received: null },
      ...{ openedAt: '2027-03-01T10:00:00.000Z', ...change },
    })
  await issue('iss_1', 1, {})
  await issue('iss_2', 1, { amount: money(500, 'JPY'), openedAt: '2027-02-01T10:00:00.000Z', partnerId: null })
  await issue('iss_3', 2, { status: 'RESOLVED', resolution: 'REFUNDED', occasion: 'RESOLVED' })
  await issue('iss_3', 1, {})
  expect(await countPaymentIssues(ctx, null)).toEqual({
    openCount: 2,
    amounts: [money(2_873), money(500, 'JPY')],
    oldestOpenedAt: new Date('2027-02-01T10:00:00.000Z'),
  })
  expect(await countPaymentIssues(ctx, 'ptr_1')).toMatchObject({ openCount: 1, amounts: [money(2_873)] })
  await issue('iss_1', 2, { status: 'RESOLVED', resolution: 'TRANSFERRED', occasion: 'RESOLVED' })
  expect(await countPaymentIssues(ctx, 'ptr_1')).toEqual({ openCount: 0, amounts: [], oldestOpenedAt: null })
})
