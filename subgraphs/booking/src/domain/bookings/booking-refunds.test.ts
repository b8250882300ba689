import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { asker } from '../../../test/ask.ts'
import { house, migrations, openingDay } from '../../../test/factories.ts'
import { bought } from '../../../test/purchases.ts'
import { bookingRefunds } from '../../db/tables/bookings.ts'

const database = useDatabase(migrations)
const ask = asker(database)

test('lists the latest hundred refunds of a booking, and counts all of them', async () => {
  const { ctx, booking } = await bought(database, await house(database))
  const refunds = Array.from({ length: 101 }, (_, index) => ({
    ...{ refundId: `rfd_${String(index).padStart(3, '0')}`, paymentId: 'pay_1', bookingId: booking.id },
    ...{ amountMinor: 1, currency: 'EUR', cause: 'STAFF' as const, refundedAt: new Date(openingDay.getTime() + index) },
  }))
  await database.db.insert(bookingRefunds).values(refunds)
  const query = 'query ($id: ID!) { booking(id: $id) { refunds { refundId } refundedTotal { amountMinor } } }'
  expect((await ask(ctx.viewer, query, { id: booking.id })).data).toEqual({
    booking: { refunds: refunds.slice(1).map(({ refundId }) => ({ refundId })), refundedTotal: { amountMinor: 101 } },
  })
})
