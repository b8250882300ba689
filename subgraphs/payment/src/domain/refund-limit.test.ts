import { useDatabase } from '@tikitu/kit/testing/database'
import { expect, test } from 'vitest'
import { captured, ctxOf, migrations, testAdmin } from '../../test/factories.ts'
import { rejectRefund } from './decide-refund.ts'
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
