import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { captured, ctxOf, jobsOf, later, migrations, runJobs, serviceCtx, testAdmin } from '../../../test/factories.ts'
import { payments, refunds } from '../../db/tables/payments.ts'
import { refundPayment } from '../refunds/refund-payment.ts'
import { reconcileStale } from './reconcile-stale.ts'

const database = useDatabase(migrations)

test('completes a refund whose webhook was lost, and the provider makes it once', async () => {
  const { id: paymentId } = await captured(ctxOf(database))
  const amount = { amountMinor: 4_000, currency: 'EUR' }
  const { id } = await refundPayment(ctxOf(database, testAdmin()), { paymentId, amount, reason: 'Goodwill' })
  await runJobs(database, 'sendRefund')
  await runJobs(database, 'sandboxSettle')
  await reconcileStale(later(database, serviceCtx(database), 1))
  expect(await jobsOf(database, 'sendRefund')).toEqual([])
  await reconcileStale(later(database, serviceCtx(database), 3))
  await runJobs(database, 'sendRefund')
  const [refund] = await database.db.select().from(refunds).where(eq(refunds.id, id))
  expect(refund?.status).toBe('SUCCEEDED')
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, paymentId))
  expect(payment).toMatchObject({ refundedMinor: 4_000, refundReservedMinor: 4_000 })
  expect(await jobsOf(database, 'sandboxSettle')).toEqual([])
})
