import { Forbidden, InvalidInput, InvalidState, NotFound, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, house, later, migrations } from '../../../test/factories.ts'
import {
  bookingRow,
  bought,
  cancelledNow,
  eventsAbout,
  held,
  member,
  type Purchase,
  placesOf,
  ticketsOf,
} from '../../../test/purchases.ts'
import { bookingLines } from '../../db/tables/bookings.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { users } from '../../db/tables/partners.ts'
import { CancellationClosed, TicketAlreadyUsed } from '../../errors.ts'
import { checkIn } from '../check-in/check-in.ts'
import { reasonFor } from './booking-lines.ts'
import { cancelTickets } from './cancel-tickets.ts'

const database = useDatabase(migrations)
const opera = { cancellationDeadlineHours: 24, cancellationFeeMinor: 300, feeMinor: 100 }
const theDoorsOpen = new Date('2027-06-01T17:00:00Z')

function naming({ booking, tickets }: Purchase, ...indexes: number[]) {
  return { bookingId: booking.id, ticketIds: indexes.map((index) => tickets[index]?.id ?? '') }
}

test('voids the code, frees the seat and refunds the price less the fee', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const cancellation = await cancelTickets(purchase.ctx, { ...naming(purchase, 1), reason: 'Ill' })
  expect(cancellation).toMatchObject({ refundMinor: 4800, feeMinor: 300, isByStaff: false, reason: 'Ill' })
  expect(await bookingRow(database, purchase.booking.id)).toMatchObject({ status: 'PARTIALLY_CANCELLED' })
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'VALID' }, { status: 'VOID' }])
  expect(await placesOf(database, hall)).toMatchObject({ 0: { status: 'SOLD' }, 1: { status: 'FREE', holdId: null } })
  const lines = await database.db
    .select()
    .from(bookingLines)
    .where(eq(bookingLines.bookingId, purchase.booking.id))
    .orderBy(bookingLines.seatNumber)
  expect(lines).toMatchObject([
    { cancellationId: null, refundMinor: 0 },
    { cancellationId: cancellation.id, refundMinor: 4800 },
  ])
  expect((await eventsAbout(database, purchase.booking.id)).at(-1)).toMatchObject({
    type: 'tikitu.booking.ticketsCancelled.v1',
    data: {
      cancellationId: cancellation.id,
      paymentId: purchase.booking.paymentId,
      ticketIds: [purchase.tickets[1]?.id],
      placeLabels: ['Stalls, row A, seat 2'],
      refund: { amountMinor: 4800, currency: 'EUR' },
      reason: 'Ill',
      isWhole: false,
    },
  })
})

test('resells the seat with a new ticket', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await cancelTickets(purchase.ctx, naming(purchase, 0))
  const next = await bought(database, hall, { numbers: [0] })
  expect(next.booking.status).toBe('CONFIRMED')
  await cancelTickets(purchase.ctx, naming(purchase, 1))
  expect(await placesOf(database, hall)).toMatchObject({ 0: { holdId: next.hold.id }, 1: { status: 'FREE' } })
})

test('ends the booking with its last ticket', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await cancelTickets(purchase.ctx, naming(purchase, 0))
  await cancelTickets(purchase.ctx, naming(purchase, 1))
  expect(await bookingRow(database, purchase.booking.id)).toMatchObject({
    status: 'CANCELLED',
    endedAt: purchase.ctx.now(),
  })
  expect((await eventsAbout(database, purchase.booking.id)).at(-1)).toMatchObject({ data: { isWhole: true } })
})

test('frees a seat once when the same ticket is cancelled concurrently', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => cancelTickets(purchase.ctx, naming(purchase, 0))))
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected'])
  await expect(cancelTickets(purchase.ctx, naming(purchase, 0, 1))).rejects.toThrow(InvalidState)
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'VOID' }, { status: 'VALID' }])
})

test('answers a repeated request with the same cancellation', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const input = { ...naming(purchase, 0), idempotencyKey: 'once' }
  const first = await cancelTickets(purchase.ctx, input)
  expect(await cancelTickets(purchase.ctx, input)).toEqual(first)
})

test('is closed to customers from the deadline on, and where the performance says never', async () => {
  const hall = await house(database, opera)
  const { ctx, ...purchase } = await bought(database, hall)
  const atDeadline = ctxOf(database, ctx.viewer, new Date('2027-05-31T18:00:00Z'))
  const refusal = await cancelTickets(atDeadline, naming({ ctx, ...purchase }, 0)).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(CancellationClosed)
  expect(refusal).toMatchObject({ code: 'CANCELLATION_CLOSED', deadline: atDeadline.now() })
  await cancelTickets(later(atDeadline, -1), naming({ ctx, ...purchase }, 0))
  const strict = await bought(database, await house(database))
  await expect(cancelTickets(strict.ctx, naming(strict, 0))).rejects.toMatchObject({ deadline: null })
})

test('lets everybody out of a performance that was moved, in full', async () => {
  const hall = await house(database, { cancellationFeeMinor: 300 })
  const purchase = await bought(database, hall)
  await database.db.update(performances).set({ moveCount: 1 }).where(eq(performances.id, hall.performance.id))
  expect(await cancelTickets(purchase.ctx, naming(purchase, 0))).toMatchObject({ refundMinor: 5000 })
})

test('withholds no fee for a cancelled performance, even when the customer is faster than the job', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, hall.performance.id))
  const cancellation = await cancelTickets(purchase.ctx, naming(purchase, 0))
  expect(cancellation).toMatchObject({ refundMinor: 5100, feeMinor: 0 })
})

test('is open to managers of the partner and to admins at any time, in full, and leaves an audit entry', async () => {
  const hall = await house(database, { cancellationFeeMinor: 300 })
  const purchase = await bought(database, hall)
  const manager = ctxOf(database, await member(database, hall, 'MANAGER'))
  const admin = ctxOf(database, testStaff())
  for (const [index, staff] of [manager, admin].entries()) {
    const cancellation = await cancelTickets(staff, naming(purchase, index))
    expect(cancellation).toMatchObject({ refundMinor: 5000, isByStaff: true })
    const audited = (await eventsAbout(database, purchase.booking.id)).at(-1)
    expect(audited).toMatchObject({
      type: 'tikitu.booking.audited.v1',
      data: { action: 'cancelTickets', changes: { cancellationId: cancellation.id } },
    })
  }
})

test('treats a manager who bought a ticket like any customer', async () => {
  const hall = await house(database)
  const manager = await member(database, hall, 'OWNER')
  const purchase = await bought(database, hall, { viewer: manager })
  await expect(cancelTickets(purchase.ctx, naming(purchase, 0))).rejects.toThrow(CancellationClosed)
})

test('lets a ticket be used or cancelled, never both, under a race', async () => {
  const hall = await house(database, { ...opera, cancellationDeadlineHours: 0, doorsAt: theDoorsOpen })
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), theDoorsOpen)
  for (let round = 0; round < 6; round++) {
    const { ctx, ...purchase } = await bought(database, hall, { numbers: [round] })
    const guest = ctxOf(database, ctx.viewer, theDoorsOpen)
    const code = purchase.tickets[0]?.code ?? ''
    const scan = { performanceId: hall.performance.id, code, nonce: `race ${round}` }
    const [cancelled, scanned] = await Promise.allSettled([
      cancelTickets(guest, naming({ ctx, ...purchase }, 0)),
      checkIn(scanner, scan),
    ])
    const outcome = scanned.status === 'fulfilled' ? scanned.value.outcome : 'failed'
    if (cancelled.status === 'fulfilled') expect(outcome).toBe('VOID')
    else expect([cancelled.reason, outcome]).toMatchObject([{ code: 'TICKET_ALREADY_USED' }, 'ADMITTED'])
  }
})

test('refuses a customer the ticket they came in with, and cancels nothing beside it', async () => {
  const hall = await house(database, { ...opera, cancellationDeadlineHours: 0, doorsAt: theDoorsOpen })
  const { ctx, ...purchase } = await bought(database, hall)
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), theDoorsOpen)
  await checkIn(scanner, { performanceId: hall.performance.id, code: purchase.tickets[0]?.code ?? '', nonce: '1' })
  const guest = ctxOf(database, ctx.viewer, theDoorsOpen)
  const refusal = cancelTickets(guest, naming({ ctx, ...purchase }, 0, 1))
  await expect(refusal).rejects.toThrow(TicketAlreadyUsed)
  await expect(refusal).rejects.toMatchObject({ ticketIds: [purchase.tickets[0]?.id] })
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'USED' }, { status: 'VALID' }])
})

test("does not know a stranger's booking, nor a ticket of another one", async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall, { numbers: [0] })
  const other = await bought(database, hall, { numbers: [1] })
  await expect(cancelTickets(other.ctx, naming(purchase, 0))).rejects.toThrow(NotFound)
  const mixed = { bookingId: purchase.booking.id, ticketIds: [other.tickets[0]?.id ?? ''] }
  await expect(cancelTickets(purchase.ctx, mixed)).rejects.toThrow(NotFound)
  const elsewhere = await house(database, { partnerId: 'ptr_elsewhere' })
  const rival = ctxOf(database, await member(database, elsewhere, 'OWNER'))
  await expect(cancelTickets(rival, naming(purchase, 0))).rejects.toThrow(NotFound)
  const boxOffice = ctxOf(database, await member(database, hall, 'BOX_OFFICE'))
  await expect(cancelTickets(boxOffice, naming(purchase, 0))).rejects.toThrow(Forbidden)
})

test('cancels nothing for a suspended user', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await database.db.insert(users).values({ id: purchase.booking.userId, version: 1, status: 'SUSPENDED' })
  await expect(cancelTickets(purchase.ctx, naming(purchase, 0))).rejects.toThrow(UserSuspended)
})

test('refuses no ticket, and the same ticket twice', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  await expect(cancelTickets(purchase.ctx, naming(purchase))).rejects.toThrow(InvalidInput)
  await expect(cancelTickets(purchase.ctx, naming(purchase, 0, 0))).rejects.toThrow(InvalidInput)
  await held(ctxOf(database), hall, 5)
})

test('takes a reason that people can read, not a book', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const wordy = { ...naming(purchase, 0), reason: 'x'.repeat(501) }
  await expect(cancelTickets(purchase.ctx, wordy)).rejects.toThrow(InvalidInput)
})

test('applies the terms at the time of the booking, not those of later customers', async () => {
  const hall = await house(database, opera)
  const purchase = await bought(database, hall)
  const harsher = { cancellationDeadlineHours: null, cancellationFeeMinor: 5000 }
  await database.db.update(performances).set(harsher).where(eq(performances.id, hall.performance.id))
  expect(await cancelTickets(purchase.ctx, naming(purchase, 0))).toMatchObject({ feeMinor: 300, refundMinor: 4800 })
  const late = await bought(database, hall, { numbers: [4, 5] })
  await expect(cancelTickets(late.ctx, naming(late, 0))).rejects.toThrow(CancellationClosed)
})

test('refuses tickets of past performances and used ones, and hides internal reasons from customers', async () => {
  const hall = await house(database, { ...opera, doorsAt: theDoorsOpen })
  const purchase = await bought(database, hall, { numbers: [0, 1, 2] })
  const manager = await member(database, hall, 'MANAGER')
  const scan = { performanceId: hall.performance.id, code: purchase.tickets[0]?.code ?? '', nonce: '1' }
  await checkIn(ctxOf(database, manager, theDoorsOpen), scan)
  const atTheDoor = ctxOf(database, manager, theDoorsOpen)
  await expect(cancelTickets(atTheDoor, naming(purchase, 0))).rejects.toThrow(TicketAlreadyUsed)
  const words = { reason: 'fraud?', messageToCustomer: 'We are sorry' }
  const cancellation = await cancelledNow(atTheDoor, { ...naming(purchase, 1), ...words })
  expect(cancellation).toMatchObject(words)
  expect((await eventsAbout(database, purchase.booking.id)).at(-2)?.data).toMatchObject({ reason: 'We are sorry' })
  expect(await reasonFor(atTheDoor, cancellation)).toBe('fraud?')
  expect(await reasonFor(ctxOf(database, purchase.ctx.viewer), cancellation)).toBeNull()
  const admin = testStaff()
  for (const viewer of [manager, admin]) {
    const atTheStart = ctxOf(database, viewer, hall.performance.startsAt)
    await expect(cancelTickets(atTheStart, naming(purchase, 2))).rejects.toThrow(InvalidState)
  }
})
