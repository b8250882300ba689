import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { events } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations } from '../../../test/factories.ts'
import {
  asService,
  bookingRow,
  bought,
  cancelledNow,
  eventsAbout,
  member,
  type Purchase,
  placesOf,
  refundState,
  ticketsOf,
} from '../../../test/purchases.ts'
import { checkIn } from '../check-in/check-in.ts'
import { validateTicket } from '../check-in/validate-ticket.ts'
import { applyRefund } from './apply-refund.ts'
import { goodwillNotice, goodwillOn } from './goodwill.ts'

const database = useDatabase(migrations)
const theDoorsOpen = new Date('2027-06-01T17:00:00Z')
const ending = { status: 'ENDING_TICKETS' as const, messageToCustomer: 'Sorry for the noise' }

async function endFor({ ctx, booking }: Pick<Purchase, 'ctx' | 'booking'>, minor: number, tickets: 'ALL' | string[]) {
  const state = refundState(booking, minor, { ...ending, tickets })
  const told = events['payment.refundChanged'].payload.parse(state)
  await inTransaction(asService(ctx), (ctx) => applyRefund(ctx, told))
  return state
}

async function refusalsOf(bookingId: string) {
  const told = await eventsAbout(database, bookingId)
  return told.filter(({ type }) => type.includes('refundRefused')).map(({ data }) => data['code'])
}

test('voids the tickets of a refund: frees seats, voids codes, and emits the refund once', async () => {
  const hall = await house(database)
  const { ctx, booking, tickets } = await bought(database, hall)
  const state = await endFor({ ctx, booking }, 4000, [tickets[0]?.id ?? ''])
  await applyRefund(asService(ctx), state)
  expect(await ticketsOf(database, booking.id)).toMatchObject([{ status: 'VOID' }, { status: 'VALID' }])
  expect(await placesOf(database, hall)).toMatchObject({ 0: { status: 'FREE' }, 1: { status: 'SOLD' } })
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'PARTIALLY_CANCELLED' })
  const told = (await eventsAbout(database, booking.id)).filter(({ type }) => type.includes('ticketsCancelled'))
  expect(told.map(({ data }) => events['booking.ticketsCancelled'].payload.parse(data))).toMatchObject([
    {
      ...{ refundId: state.refundId, cause: 'STAFF', cancelledBy: 'usr_staff', reason: 'Sorry for the noise' },
      ...{ refund: { amountMinor: 4000 }, entitled: { amountMinor: 4000 }, keptInAll: { amountMinor: 1000 } },
    },
  ])
  // The other ticket is still worth all that was paid for it, and no more.
  const manager = ctxOf(database, await member(database, hall, 'MANAGER'))
  const rest = await cancelledNow(manager, { bookingId: booking.id, ticketIds: [tickets[1]?.id ?? ''] })
  expect(rest.refundMinor).toBe(5000)
})

test('counts goodwill that went back before to what the tickets had back, and not as a fee', async () => {
  const { ctx, booking } = await bought(database, await house(database))
  await applyRefund(asService(ctx), refundState(booking, 3000))
  await endFor({ ctx, booking }, 7000, 'ALL')
  const told = (await eventsAbout(database, booking.id)).at(-1)
  expect(told?.data).toMatchObject({
    ...{ refund: { amountMinor: 7000 }, entitled: { amountMinor: 10000 }, keptInAll: { amountMinor: 0 } },
  })
})

test('refuses, and changes nothing, where somebody was let in, a ticket is gone, or more would go back than was paid', async () => {
  const hall = await house(database, { doorsAt: theDoorsOpen })
  const { ctx, booking, tickets } = await bought(database, hall)
  await endFor({ ctx, booking }, 5001, [tickets[0]?.id ?? ''])
  await endFor({ ctx, booking }, 100, [tickets[0]?.id ?? '', 'tkt_unknown'])
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), theDoorsOpen)
  await checkIn(scanner, { performanceId: hall.performance.id, code: tickets[0]?.code ?? '', nonce: '1' })
  await endFor({ ctx, booking }, 10000, 'ALL')
  expect(await refusalsOf(booking.id)).toEqual(['AMOUNT_ABOVE_TICKETS', 'TICKETS_GONE', 'TICKET_USED'])
  expect(await ticketsOf(database, booking.id)).toMatchObject([{ status: 'USED' }, { status: 'VALID' }])
  const atTheStart = ctxOf(database, ctx.viewer, hall.performance.startsAt)
  await endFor({ ctx: atTheStart, booking }, 5000, [tickets[1]?.id ?? ''])
  expect((await refusalsOf(booking.id)).at(-1)).toBe('PERFORMANCE_BEGUN')
})

test('shows goodwill on the ticket and at the door, and lets the guest in', async () => {
  const hall = await house(database, { doorsAt: theDoorsOpen })
  const { ctx, booking, tickets } = await bought(database, hall)
  const [ticket] = tickets
  if (!ticket) throw new Error('no ticket')
  expect(await goodwillOn(ctx, ticket)).toMatchObject({ status: 'NONE' })
  await applyRefund(asService(ctx), refundState(booking, 2500))
  expect(await goodwillOn(later(ctx, 0), ticket)).toEqual({
    status: 'PARTIAL',
    amount: { amountMinor: 2500, currency: 'EUR' },
  })
  await applyRefund(asService(ctx), refundState(booking, 7500))
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), theDoorsOpen)
  const verdict = await validateTicket(scanner, { performanceId: hall.performance.id, code: ticket.code })
  expect(verdict.outcome).toBe('ADMITTED')
  expect(await goodwillNotice(scanner, ticket)).toContain('This booking was fully refunded')
})

test('does not call a ticket refunded because another of its booking was cancelled', async () => {
  const { ctx, booking, tickets } = await bought(database, await house(database))
  await endFor({ ctx, booking }, 5000, [tickets[0]?.id ?? ''])
  expect(await goodwillOn(later(ctx, 0), { bookingId: booking.id })).toMatchObject({ status: 'NONE' })
})
