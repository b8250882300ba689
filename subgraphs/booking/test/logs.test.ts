import { useDatabase } from '@tikitu/kit/testing/database/database'
import { failEachStatement } from '@tikitu/kit/testing/database/failing-statements'
import { expect, test } from 'vitest'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { house, migrations } from './factories.ts'
import { asService, captured, placed } from './purchases.ts'

const database = useDatabase(migrations)

test('whichever statement of a confirmation fails, the ticket codes stay out of the error', async () => {
  const hall = await house(database, { seats: 200 })
  const failures = await failEachStatement(async (run) => {
    const { ctx, booking } = await placed(database, hall, { numbers: [run] })
    await applyCapturedPayment(asService(ctx), captured(booking))
  })
  const confirmations = failures.filter(({ statement }) => statement.includes('outbox.emit'))
  expect(confirmations.length).toBeGreaterThan(1)
  for (const { outcome } of failures) expect(outcome).not.toMatch(/eyJ/)
})
