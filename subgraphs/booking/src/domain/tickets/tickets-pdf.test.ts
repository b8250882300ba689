import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, onTestFinished, test } from 'vitest'
import { ctxOf, house, migrations } from '../../../test/factories.ts'
import { bought } from '../../../test/purchases.ts'
import { ticketsPdf } from './tickets-pdf.ts'

const database = useDatabase(migrations)

test('a ticket that cannot be read is an error of the caller, and leaves no rejection that nobody handles', async () => {
  const viewer = testUser()
  const { booking } = await bought(database, await house(database), { viewer })
  const ctx = ctxOf(database, viewer)
  ctx.load.linesOfBooking.prime(booking.id, [])
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  await expect(ticketsPdf(ctx, booking)).rejects.toThrow('has no line')
  expect(unhandled).toEqual([])
})
