import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { applyCompletedRefund } from '../src/domain/bookings/apply-refund.ts'
import { asker } from './ask.ts'
import { ctxOf, house, migrations, openingDay } from './factories.ts'
import { asService, bookingById, bought, captured, held } from './purchases.ts'

const database = useDatabase(migrations)
const ask = asker(database)

test('cancels by line, and shows pending and completed refunds', async () => {
  const hall = await house(database, { cancellationDeadlineHours: 48, cancellationFeeMinor: 500 })
  const { ctx, booking, tickets } = await bought(database, hall)
  const mutation = /* GraphQL */ `
    mutation ($input: CancelTicketsInput!) {
      cancelTickets(input: $input) {
        __typename
        ... on Cancellation { id reason isByStaff refund { amountMinor currency } fee { amountMinor } lines { seatNumber isCancelled } booking { id status } }
        ... on Refusal { code message }
      }
    }
  `
  const input = { bookingId: booking.id, ticketIds: [tickets[1]?.id], reason: 'Ill' }
  const cancelled = await ask(ctx.viewer, mutation, { input })
  expect(cancelled.data).toMatchObject({
    cancelTickets: {
      __typename: 'Cancellation',
      refund: { amountMinor: 4500, currency: 'EUR' },
      fee: { amountMinor: 500 },
      lines: [{ seatNumber: 1, isCancelled: true }],
      booking: { id: booking.id, status: 'PARTIALLY_CANCELLED' },
    },
  })
  const refund = { ...captured(booking), refundId: 'rfd_1', causeId: 'cnl_1', cause: 'TICKETS_CANCELLED' as const }
  const amount = { amountMinor: 4500, currency: 'EUR' }
  await applyCompletedRefund(asService(ctx), { ...refund, amount, refundedInAll: amount })
  await applyCompletedRefund(asService(ctx), { ...refund, amount, refundedInAll: amount })
  expect((await ask(ctx.viewer, bookingById, { id: booking.id })).data).toMatchObject({
    booking: {
      cancellableUntil: '2027-05-30T18:00:00.000Z',
      refundedTotal: { amountMinor: 4500 },
      refunds: [{ amount: { amountMinor: 4500 }, cause: 'TICKETS_CANCELLED' }],
      cancellations: [{ refund: { amountMinor: 4500 }, lines: [{ seatNumber: 1 }] }],
      tickets: [{ status: 'VALID' }, { status: 'VOID', code: null }],
    },
  })
  const late = await ask(ctx.viewer, mutation, {
    input: { ...input, ticketIds: [tickets[0]?.id] },
    now: new Date('2027-05-31T00:00:00Z'),
  })
  expect(late.data).toMatchObject({ cancelTickets: { __typename: 'CancellationClosed', code: 'CANCELLATION_CLOSED' } })
})

test('extends and releases holds', async () => {
  const hall = await house(database)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 0)
  const soon = new Date(openingDay.getTime() + 300_000)
  const extend = /* GraphQL */ `
    mutation ($input: ExtendHoldInput!) {
      extendHold(input: $input) { __typename ... on Hold { expiresAt } ... on Refusal { code } }
    }
  `
  const extended = await ask(ada.viewer, extend, { input: { holdId: hold.id }, now: soon })
  expect(extended.data).toEqual({ extendHold: { __typename: 'Hold', expiresAt: '2027-03-01T10:15:00.000Z' } })
  const release =
    'mutation ($input: ReleaseHoldInput!) { releaseHold(input: $input) { ... on Hold { status seats { seatNumber } } } }'
  const released = await ask(ada.viewer, release, { input: { holdId: hold.id }, now: soon })
  expect(released.data).toEqual({ releaseHold: { status: 'RELEASED', seats: [] } })
  const over = await ask(ada.viewer, extend, { input: { holdId: hold.id }, now: soon })
  expect(over.data).toMatchObject({ extendHold: { __typename: 'HoldNotActive', code: 'HOLD_NOT_ACTIVE' } })
})
