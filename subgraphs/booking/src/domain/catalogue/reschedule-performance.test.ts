import { InvalidInput, InvalidState, VersionConflict } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, later, migrations } from '../../../test/factories.ts'
import { onSale, type Show } from '../../../test/factories-catalogue.ts'
import { asService, bookingRow, bought, captured, held, placed, ticketsOf } from '../../../test/purchases.ts'
import { checkIns } from '../../db/tables/tickets.ts'
import { CancellationClosed, NotOnSale, PerformanceMoved } from '../../errors.ts'
import { applyCapturedPayment } from '../bookings/apply-captured-payment.ts'
import { cancelTickets } from '../bookings/cancel-tickets.ts'
import { cancellableUntil, isCancellable } from '../bookings/cancellable-until.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { quoteOf } from '../bookings/quote.ts'
import { checkIn } from '../check-in/check-in.ts'
import { listPerformances } from './list-performances.ts'
import { readPerformance } from './lock-catalogue.ts'
import { isOnSale } from './performance-terms.ts'
import { postponePerformance } from './postpone-performance.ts'
import { reschedulePerformance } from './reschedule-performance.ts'

const database = useDatabase(migrations)
const at = (text: string) => new Date(text)
const newDate = at('2027-09-01T18:00:00Z')

function manager(show: Show, now?: Date) {
  return ctxOf(database, show.by.manager, now)
}

async function factsOf(performanceId: string) {
  const facts = await outboxOf(database.db)
  return facts.filter(({ to, event }) => to === 'notification' && event.subject === performanceId)
}

async function auditOf(performanceId: string, action: string) {
  const facts = (await outboxOf(database.db)).filter(
    ({ to, event }) => to === 'admin' && event.subject === performanceId,
  )
  return facts
    .map(({ event }) => event.data as { action?: string; changes?: object })
    .filter((data) => data.action === action)
}

test('a new date keeps the tickets and the distances of other times, and is announced with both dates and the reason', async () => {
  const doorsAt = at('2027-06-01T17:00:00Z')
  const endsAt = at('2027-06-01T20:30:00Z')
  const show = await onSale(database, { performance: { doorsAt, endsAt } })
  const performanceId = show.performance.id
  const input = { performanceId, startsAt: newDate, reason: 'The singer is ill.' }
  expect(await reschedulePerformance(manager(show), input)).toMatchObject({
    status: 'RESCHEDULED',
    startsAt: newDate,
    previousStartsAt: at('2027-06-01T18:00:00Z'),
    doorsAt: at('2027-09-01T17:00:00Z'),
    endsAt: at('2027-09-01T20:30:00Z'),
    salesEndAt: newDate,
    moveCount: 1,
    version: 2,
  })
  expect((await factsOf(performanceId)).at(-1)?.event.data).toMatchObject({
    status: 'RESCHEDULED',
    startsAt: newDate.toISOString(),
    details: { moveCount: 1, previousStartsAt: '2027-06-01T18:00:00.000Z', moveReason: 'The singer is ill.' },
  })
})

test('the same date again changes only the other given times', async () => {
  const show = await onSale(database)
  const input = { performanceId: show.performance.id, startsAt: newDate }
  const [first, second] = [
    await reschedulePerformance(manager(show), input),
    await reschedulePerformance(manager(show), input),
  ]
  expect(second).toEqual(first)
  const doorsAt = at('2027-09-01T16:00:00Z')
  expect(await reschedulePerformance(manager(show), { ...input, doorsAt })).toMatchObject({
    moveCount: 1,
    version: 3,
    doorsAt,
  })
  await expect(reschedulePerformance(manager(show), { ...input, expectedVersion: 2 })).rejects.toThrow(VersionConflict)
})

test('null takes a time away with the new date', async () => {
  const show = await onSale(database, { performance: { endsAt: at('2027-06-01T20:30:00Z') } })
  const moved = await reschedulePerformance(manager(show), {
    performanceId: show.performance.id,
    startsAt: newDate,
    endsAt: null,
  })
  expect(moved.endsAt).toBeNull()
})

test('ended sales stay ended; open ones keep their distance to the start', async () => {
  const closed = await onSale(database, { performance: { salesEndAt: at('2027-02-01T00:00:00Z') } })
  const moved = await reschedulePerformance(manager(closed), {
    performanceId: closed.performance.id,
    startsAt: newDate,
  })
  expect(await isOnSale(manager(closed), moved)).toBe(false)
  const opened = { performanceId: closed.performance.id, startsAt: newDate, salesEndAt: newDate }
  expect(await isOnSale(manager(closed), await reschedulePerformance(manager(closed), opened))).toBe(true)
  const open = await onSale(database, { performance: { salesEndAt: at('2027-05-31T18:00:00Z') } })
  const shifted = await reschedulePerformance(manager(open), { performanceId: open.performance.id, startsAt: newDate })
  expect(shifted.salesEndAt).toEqual(at('2027-08-31T18:00:00Z'))
})

test('a postponed performance is listed and not on sale, until it is rescheduled, also long after its old date', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const hold = await held(ctxOf(database), show, 0)
  const postponed = await postponePerformance(manager(show), { performanceId, reason: 'Flood' })
  expect(postponed).toMatchObject({
    status: 'POSTPONED',
    startsAt: show.performance.startsAt,
    moveCount: 1,
    version: 2,
  })
  expect(await postponePerformance(manager(show), { performanceId, reason: 'Again' })).toEqual(postponed)
  await expect(held(ctxOf(database), show, 1)).rejects.toThrow(NotOnSale)
  await expect(
    placeBooking(ctxOf(database, { ...ctxOf(database).viewer, userId: hold.userId } as never), { holdId: hold.id }),
  ).rejects.toThrow(NotOnSale)
  const afterwards = at('2027-07-01T00:00:00Z')
  const listed = await listPerformances(manager(show, afterwards), show.event, { upcoming: true })
  expect(listed.edges).toMatchObject([{ node: { id: performanceId, status: 'POSTPONED' } }])
  const back = await reschedulePerformance(manager(show, afterwards), { performanceId, startsAt: newDate })
  expect(back).toMatchObject({ status: 'RESCHEDULED', moveCount: 2, moveReason: 'Flood', salesEndAt: newDate })
  expect(await isOnSale(manager(show, afterwards), back)).toBe(true)
})

test('postponePerformance with a date means the new date; without one it takes no other times', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const named = await postponePerformance(manager(show), { performanceId, doorsAt: newDate }).catch(
    (error: unknown) => error,
  )
  expect(named).toBeInstanceOf(InvalidInput)
  expect((named as InvalidInput).message).toContain('reschedulePerformance')
  const moved = await postponePerformance(manager(show), { performanceId, startsAt: newDate, reason: 'Ill' })
  expect(moved).toMatchObject({ status: 'RESCHEDULED', startsAt: newDate })
})

test('refuses to move cancelled and past performances, or any to the past', async () => {
  const show = await onSale(database)
  const performanceId = show.performance.id
  const dayAfter = manager(show, at('2027-06-02T18:00:00Z'))
  await expect(reschedulePerformance(dayAfter, { performanceId, startsAt: newDate })).rejects.toThrow(InvalidState)
  await expect(postponePerformance(dayAfter, { performanceId })).rejects.toThrow(InvalidState)
  const past = reschedulePerformance(manager(show), { performanceId, startsAt: at('2027-01-01T00:00:00Z') })
  await expect(past).rejects.toThrow(InvalidInput)
})

test('customers with held seats have to accept the new date', async () => {
  const show = await onSale(database)
  const ctx = ctxOf(database)
  const hold = await held(ctx, show, 0)
  await reschedulePerformance(manager(show), { performanceId: show.performance.id, startsAt: newDate })
  const refusal = await placeBooking(later(ctx, 1), { holdId: hold.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(PerformanceMoved)
  expect(refusal).toMatchObject({ code: 'PERFORMANCE_MOVED', startsAt: newDate })
  const other = { holdId: hold.id, acceptedStartsAt: at('2027-06-01T18:00:00Z') }
  await expect(placeBooking(later(ctx, 1), other)).rejects.toThrow(PerformanceMoved)
  const booking = await placeBooking(later(ctx, 1), { holdId: hold.id, acceptedStartsAt: newDate })
  expect(booking).toMatchObject({ moveCount: 1, performanceStartsAt: newDate })
  const fresh = ctxOf(database)
  const freshHold = await held(fresh, show, 1)
  expect(await placeBooking(fresh, { holdId: freshHold.id })).toMatchObject({ moveCount: 1 })
})

test('a payment captured after a move confirms the booking, says for which date, and it may be given back in full', async () => {
  const show = await onSale(database, { performance: { cancellation: null, fees: { perTicketMinor: 100 } } })
  const { ctx, booking } = await placed(database, show, { numbers: [0] })
  await reschedulePerformance(manager(show), { performanceId: show.performance.id, startsAt: newDate })
  await applyCapturedPayment(asService(ctx), captured(booking))
  const issued = (await outboxOf(database.db)).find(
    ({ to, event }) => to === 'notification' && event.subject === booking.id && event.type.includes('ticketsIssued'),
  )
  expect(issued?.event.data).toMatchObject({
    showing: { startsAt: newDate.toISOString(), moveCount: 1, version: 2, status: 'RESCHEDULED' },
    bookedFor: { startsAt: '2027-06-01T18:00:00.000Z', moveCount: 0 },
  })
  const [ticket] = await ticketsOf(database, booking.id)
  const given = await cancelTickets(later(ctx, 1), { bookingId: booking.id, ticketIds: [ticket?.id ?? ''] })
  expect(given).toMatchObject({ refundMinor: 5100, feeMinor: 0 })
})

test('a postponed performance has no quotes, and earlier customers can cancel without a deadline', async () => {
  const show = await onSale(database, { performance: { cancellation: { deadlineHours: 0, feePerTicketMinor: 500 } } })
  const { ctx, booking } = await placed(database, show, { numbers: [0] })
  const buyer = await bought(database, show, { numbers: [1] })
  await postponePerformance(manager(show), { performanceId: show.performance.id })
  expect(await quoteOf(later(ctx, 0), booking)).toBeNull()
  const longAfter = ctxOf(database, buyer.ctx.viewer, at('2028-01-01T00:00:00Z'))
  expect([await cancellableUntil(longAfter, buyer.booking), await isCancellable(longAfter, buyer.booking)]).toEqual([
    null,
    true,
  ])
  const back = { bookingId: buyer.booking.id, ticketIds: [buyer.tickets[0]?.id ?? ''] }
  expect(await cancelTickets(longAfter, back)).toMatchObject({ refundMinor: 5000, feeMinor: 0 })
})

test('customers after a move have the terms of their booking; earlier ones can cancel until it starts', async () => {
  const show = await onSale(database, { performance: { cancellation: null } })
  const early = await bought(database, show, { numbers: [0] })
  await reschedulePerformance(manager(show), { performanceId: show.performance.id, startsAt: newDate })
  const late = await bought(database, show, { numbers: [1] })
  const lateNow = later(late.ctx, 1)
  expect([await cancellableUntil(lateNow, late.booking), await isCancellable(lateNow, late.booking)]).toEqual([
    null,
    false,
  ])
  const giveBack = { bookingId: late.booking.id, ticketIds: [late.tickets[0]?.id ?? ''] }
  await expect(cancelTickets(lateNow, giveBack)).rejects.toThrow(CancellationClosed)
  expect(await cancellableUntil(later(early.ctx, 1), early.booking)).toEqual(newDate)
})

test('a move undoes admissions: tickets admit at the new date, and can be cancelled until then', async () => {
  const tonight = { startsAt: at('2027-03-01T10:20:00Z'), doorsAt: at('2027-03-01T09:30:00Z') }
  const show = await onSale(database, {
    performance: { ...tonight, entryRule: 'REENTRY', cancellation: { deadlineHours: 0 } },
  })
  const { ctx, booking, tickets } = await bought(database, show, { numbers: [0, 1] })
  const performanceId = show.performance.id
  const scanner = (now?: Date) => ctxOf(database, show.by.scanner, now)
  const scan = (code: string, nonce: string, direction: 'ENTRY' | 'EXIT' = 'ENTRY') => ({
    performanceId,
    code,
    nonce,
    direction,
  })
  const [one, two] = tickets.map((ticket) => ticket.code)
  await checkIn(scanner(), scan(one ?? '', 'in'))
  await checkIn(scanner(), scan(two ?? '', 'two in'))
  await checkIn(scanner(), scan(two ?? '', 'two out', 'EXIT'))
  const startsAt = at('2027-03-02T10:20:00Z')
  await reschedulePerformance(manager(show), { performanceId, startsAt, reason: 'Storm' })
  expect(await ticketsOf(database, booking.id)).toMatchObject([{ status: 'VALID' }, { status: 'VALID' }])
  const scans = await database.db.select().from(checkIns).where(eq(checkIns.performanceId, performanceId))
  expect(scans.map(({ outcome, undoneAt }) => [outcome, undoneAt !== null]).toSorted()).toEqual([
    ['ADMITTED', true],
    ['ADMITTED', true],
    ['LEFT', true],
  ])
  expect(await auditOf(performanceId, 'reschedulePerformance')).toMatchObject([{ changes: { admissionsUndone: 2 } }])
  const tomorrow = at('2027-03-02T09:45:00Z')
  expect(await checkIn(scanner(tomorrow), scan(one ?? '', 'tomorrow'))).toMatchObject({ outcome: 'ADMITTED' })
  const back = { bookingId: booking.id, ticketIds: [tickets[1]?.id ?? ''] }
  await cancelTickets(ctxOf(database, ctx.viewer, tomorrow), back)
  expect(await bookingRow(database, booking.id)).toMatchObject({ status: 'PARTIALLY_CANCELLED' })
})

test('a scan that races a move counts for one date or the other: the ticket admits at the new one', async () => {
  const tonight = { startsAt: at('2027-03-01T10:20:00Z'), doorsAt: at('2027-03-01T09:30:00Z') }
  const show = await onSale(database, { performance: tonight })
  const { booking, tickets } = await bought(database, show, { numbers: [0, 1, 2, 3] })
  const performanceId = show.performance.id
  const scanAll = tickets.map((ticket) =>
    checkIn(ctxOf(database, show.by.scanner), { performanceId, code: ticket.code, nonce: ticket.id }),
  )
  const move = reschedulePerformance(manager(show), { performanceId, startsAt: at('2027-03-05T10:20:00Z') })
  const [, ...scans] = await Promise.all([move, ...scanAll])
  for (const scan of scans) expect(['ADMITTED', 'TOO_EARLY']).toContain(scan.outcome)
  expect((await ticketsOf(database, booking.id)).map((ticket) => ticket.status)).toEqual([
    'VALID',
    'VALID',
    'VALID',
    'VALID',
  ])
  expect(await readPerformance(manager(show), performanceId)).toMatchObject({ moveCount: 1 })
})
