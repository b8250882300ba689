import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, type House, house, later, migrations } from '../../../test/factories.ts'
import { asService, bookingRow, bought, eventsAbout, held, member, placed, ticketsOf } from '../../../test/purchases.ts'
import { events, performances } from '../../db/tables/catalogue.ts'
import { cancelTickets } from '../bookings/cancel-tickets.ts'
import { placeBooking } from '../bookings/place-booking.ts'
import { cancelEvent } from '../catalogue/cancel-event.ts'
import { cancelPerformance } from '../catalogue/cancel-performance.ts'
import { cancelPerformanceBookings } from './cancel-performance-bookings.ts'
import { approveCancellation, rejectCancellation } from './decide-cancellation.ts'
import { listCancellationRequests } from './list-cancellation-requests.ts'
import { pendingRequestOf } from './pending-request.ts'

const database = useDatabase(migrations)
const needsAnother = { code: 'SECOND_APPROVER_REQUIRED' }

/** A house of a partner of its own, with tickets of 50.00 and that limit, and who decides there. */
async function stage({ limitMinor = 6_000, numbers = [0, 1] } = {}) {
  const hall = await house(database, { partnerId: newId('ptr'), cancellationDeadlineHours: 24 })
  const { partnerId } = hall.performance
  const limit = { key: 'payment.refundApprovalAboveMinor', scope: partnerId, value: { EUR: limitMinor }, version: 1 }
  await applyConfigChange(asService(ctxOf(database)), limit)
  const purchase = await bought(database, hall, { numbers })
  const manager = await member(database, hall, 'MANAGER')
  const owner = await member(database, hall, 'OWNER')
  const wish = { bookingId: purchase.booking.id, ticketIds: purchase.tickets.map((ticket) => ticket.id) }
  return { hall, partnerId, purchase, manager, owner, wish }
}

async function performanceRow({ performance }: House) {
  const [row] = await database.db.select().from(performances).where(eq(performances.id, performance.id))
  return row as House['performance']
}

async function eventRow({ performance }: House) {
  const [row] = await database.db.select().from(events).where(eq(events.id, performance.eventId))
  return row
}

/** Cancels the performance as that person, and answers with the request that waits. */
async function wished(hall: House, viewer: UserViewer): Promise<string> {
  const asked = await cancelPerformance(ctxOf(database, viewer), { performanceId: hall.performance.id, reason: 'Rain' })
  expect(asked.status).toBe('SCHEDULED')
  return asked.cancellationRequestId ?? ''
}

async function jobsFor(performanceId: string): Promise<number> {
  const { rows } = await database.db.execute(sql`
    select 1 from graphile_worker._private_jobs where key = ${`cancelPerformanceBookings:${performanceId}`}`)
  return rows.length
}

test('cancels at once what is up to the limit: tickets, a performance, an event', async () => {
  const { hall, manager, wish } = await stage({ limitMinor: 10_000 })
  expect(await cancelTickets(ctxOf(database, manager), wish)).toMatchObject({ refundMinor: 10_000, approvedBy: null })
  const small = await stage({ limitMinor: 10_000 })
  expect(await wishedOf(small.hall, small.manager)).toMatchObject({ status: 'CANCELLED', cancellationRequestId: null })
  const evening = await stage({ limitMinor: 10_000 })
  const { eventId } = evening.hall.performance
  const cancelled = await cancelEvent(ctxOf(database, evening.owner), { eventId, reason: 'Rain' })
  expect(cancelled).toMatchObject({ status: 'CANCELLED', cancellationRequestId: null })
  expect(await jobsFor(evening.hall.performance.id)).toBe(1)
  expect((await performanceRow(hall)).status).toBe('SCHEDULED')
})

async function wishedOf(hall: House, viewer: UserViewer) {
  return await cancelPerformance(ctxOf(database, viewer), { performanceId: hall.performance.id, reason: 'Rain' })
}

test('cancels a small event immediately when no limit is configured', async () => {
  const hall = await house(database, { partnerId: newId('ptr') })
  await bought(database, hall, { numbers: [0, 1, 2] })
  const owner = ctxOf(database, await member(database, hall, 'OWNER'))
  const cancelled = await cancelEvent(owner, { eventId: hall.performance.eventId, reason: 'Rain' })
  expect(cancelled.status).toBe('CANCELLED')
})

test('leaves tickets and money alone above the limit, until a second person agrees, and then ends them once', async () => {
  const { purchase, manager, owner, wish, partnerId } = await stage()
  const before = (await eventsAbout(database, purchase.booking.id)).length
  const request = await cancelTickets(ctxOf(database, manager), {
    ...wish,
    reason: 'fraud?',
    messageToCustomer: 'Sorry',
  })
  expect(request).toMatchObject({ status: 'REQUESTED', amounts: { EUR: 10_000 } })
  expect(await eventsAbout(database, purchase.booking.id)).toHaveLength(before)
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'VALID' }, { status: 'VALID' }])
  await expect(cancelTickets(ctxOf(database, manager), wish)).rejects.toMatchObject({ code: 'INVALID_STATE' })
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === request.id)
  const asked = told.find(({ event }) => event.type.includes('approvalRequested'))
  expect(asked).toMatchObject({
    to: 'notification',
    event: {
      type: 'tikitu.booking.approvalRequested.v1',
      data: {
        ...{ requestId: request.id, partnerId, kind: 'TICKETS', eventTitle: 'Hamlet', requestedBy: manager.userId },
        ...{ amount: { amountMinor: 10_000, currency: 'EUR' }, approverIds: [owner.userId] },
      },
    },
  })
  const done = await approveCancellation(ctxOf(database, owner), { requestId: request.id })
  expect(done).toMatchObject({ status: 'APPROVED', decidedBy: owner.userId })
  expect(await bookingRow(database, purchase.booking.id)).toMatchObject({ status: 'CANCELLED' })
  const ended = (await eventsAbout(database, purchase.booking.id)).filter(({ type }) => type.includes('ticketsCanc'))
  expect(ended.map(({ data }) => data)).toMatchObject([
    { refund: { amountMinor: 10_000 }, reason: 'Sorry', cancelledBy: manager.userId, approvedBy: owner.userId },
  ])
  const again = approveCancellation(ctxOf(database, owner), { requestId: request.id })
  await expect(again).rejects.toMatchObject({ code: 'INVALID_STATE' })
})

test('pauses the sales of a performance, and lets them go on when a second person rejects it', async () => {
  const { hall, purchase, manager, owner } = await stage()
  const buyer = ctxOf(database)
  const hold = await held(buyer, hall, 5)
  const requestId = await wished(hall, manager)
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'VALID' }, { status: 'VALID' }])
  expect(await jobsFor(hall.performance.id)).toBe(0)
  await expect(held(later(buyer, 1), hall, 6)).rejects.toMatchObject({ code: 'NOT_ON_SALE' })
  await expect(placeBooking(later(buyer, 1), { holdId: hold.id })).rejects.toMatchObject({ code: 'NOT_ON_SALE' })
  expect((await wishedOf(hall, owner)).cancellationRequestId).toBe(requestId)
  const rejected = await rejectCancellation(ctxOf(database, owner), { requestId })
  expect(rejected).toMatchObject({ status: 'REJECTED', decidedBy: owner.userId })
  expect(await performanceRow(hall)).toMatchObject({ status: 'SCHEDULED', cancellationRequestId: null })
  expect((await placed(database, hall, { numbers: [6] })).booking.status).toBe('AWAITING_PAYMENT')
})

test('cancels an approved event once with its performances, and tells who wished it and who agreed', async () => {
  const { hall, purchase, manager } = await stage()
  const { eventId, id: performanceId } = hall.performance
  const asked = await cancelEvent(ctxOf(database, manager), { eventId, reason: 'Rain' })
  expect(asked).toMatchObject({ status: 'PUBLISHED' })
  const requestId = asked.cancellationRequestId ?? ''
  await expect(held(ctxOf(database), hall, 6)).rejects.toMatchObject({ code: 'NOT_ON_SALE' })
  const finance = testStaff('FINANCE')
  await approveCancellation(ctxOf(database, finance), { requestId })
  expect(await eventRow(hall)).toMatchObject({ status: 'CANCELLED', cancellationRequestId: null })
  expect(await performanceRow(hall)).toMatchObject({ status: 'CANCELLED', cancellationReason: 'Rain' })
  const { rows } = await database.db.execute<{ payload: { performanceId: string; reason: string } }>(sql`
    select payload from graphile_worker._private_jobs where key = ${`cancelPerformanceBookings:${performanceId}`}`)
  const [job] = rows
  if (!job) throw new Error('the job is there')
  expect(job.payload).toMatchObject({ cancelledBy: manager.userId, approvedBy: finance.userId })
  await cancelPerformanceBookings(asService(ctxOf(database)), job.payload)
  expect(await bookingRow(database, purchase.booking.id)).toMatchObject({ status: 'CANCELLED' })
})

test('lets an event go on that a second person rejects', async () => {
  const { hall, manager, owner } = await stage()
  const { eventId } = hall.performance
  const { cancellationRequestId } = await cancelEvent(ctxOf(database, manager), { eventId, reason: 'Rain' })
  await rejectCancellation(ctxOf(database, owner), { requestId: cancellationRequestId ?? '' })
  expect(await eventRow(hall)).toMatchObject({ status: 'PUBLISHED', cancellationRequestId: null })
  expect(await held(ctxOf(database), hall, 6)).toMatchObject({ status: 'ACTIVE' })
})

test('lets neither the requester nor lower roles nor strangers decide', async () => {
  const { hall, manager, purchase } = await stage()
  const requestId = await wished(hall, manager)
  const bothHats = { ...manager, ...{ groups: [...manager.groups, ...testStaff('FINANCE').groups] } }
  const asFinance = { ...bothHats, staff: { role: 'FINANCE' as const, version: 1 } }
  const other = await stage()
  const cases = [
    [manager, needsAnother],
    [asFinance, needsAnother],
    [testStaff('SUPPORT'), { code: 'FORBIDDEN' }],
    [await member(database, hall, 'BOX_OFFICE'), { code: 'NOT_FOUND' }],
    [other.owner, { code: 'NOT_FOUND' }],
    [purchase.ctx.viewer, { code: 'NOT_FOUND' }],
  ] as const
  for (const [viewer, refusal] of cases) {
    for (const decide of [approveCancellation, rejectCancellation]) {
      await expect(decide(ctxOf(database, viewer), { requestId })).rejects.toMatchObject(refusal)
    }
  }
  expect(await performanceRow(hall)).toMatchObject({ status: 'SCHEDULED', cancellationRequestId: requestId })
})

test('shows requests only to staff and to owners and managers of the partner', async () => {
  const { hall, manager, owner, partnerId } = await stage()
  const requestId = await wished(hall, manager)
  const small = await stage({ limitMinor: 10_000 })
  await cancelTickets(ctxOf(database, small.manager), small.wish)
  const seen = async (viewer: UserViewer) => {
    const { edges } = await listCancellationRequests(ctxOf(database, viewer), { filter: { status: 'REQUESTED' } })
    return edges.map(({ node }) => node.id)
  }
  expect([await seen(owner), await seen(manager), await seen(small.owner), await seen(testUser())]).toEqual([
    ...[[requestId], [requestId], [], []],
  ])
  expect(await seen(testStaff('FINANCE'))).toContain(requestId)
  expect((await listCancellationRequests(ctxOf(database, small.owner), {})).edges).toEqual([])
  const row = await performanceRow(hall)
  expect(row.partnerId).toBe(partnerId)
  expect(await pendingRequestOf(ctxOf(database, owner), row)).toMatchObject({ id: requestId })
  expect(await pendingRequestOf(ctxOf(database), row)).toBeNull()
  expect(await pendingRequestOf(ctxOf(database, small.owner), row)).toBeNull()
})

test('ends tickets once when two approve at the same instant, and decides once when one rejects', async () => {
  for (const second of [approveCancellation, rejectCancellation]) {
    const { purchase, manager, owner, wish } = await stage()
    const { id: requestId } = await cancelTickets(ctxOf(database, manager), wish)
    const decisions = [
      approveCancellation(ctxOf(database, owner), { requestId }),
      second(ctxOf(database, testStaff('FINANCE')), { requestId }),
    ]
    const outcomes = await Promise.allSettled(decisions)
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    const told = (await eventsAbout(database, purchase.booking.id)).filter(({ type }) => type.includes('ticketsCanc'))
    const isApproved = second === approveCancellation || outcomes[0]?.status === 'fulfilled'
    expect(told).toHaveLength(isApproved ? 1 : 0)
  }
})

test('counts small cancellations together: of a booking, and of one person within a day, at one instant too', async () => {
  const { hall, purchase, manager, owner } = await stage({ limitMinor: 10_000, numbers: [0, 1, 2] })
  const one = (index: number, viewer = manager, ticketIds = [purchase.tickets[index]?.id ?? '']) =>
    cancelTickets(ctxOf(database, viewer), { bookingId: purchase.booking.id, ticketIds })
  const outcomes = await Promise.all([one(0), one(1), one(2)])
  expect(outcomes.filter((outcome) => 'refundMinor' in outcome)).toHaveLength(2)
  const other = await bought(database, hall, { numbers: [8] })
  const next = { bookingId: other.booking.id, ticketIds: [other.tickets[0]?.id ?? ''] }
  expect(await cancelTickets(ctxOf(database, manager), next)).toMatchObject({ status: 'REQUESTED' })
  const last = (await ticketsOf(database, purchase.booking.id)).findIndex(({ status }) => status === 'VALID')
  const waiting = outcomes.find((outcome) => 'amounts' in outcome)
  await rejectCancellation(ctxOf(database, owner), { requestId: waiting?.id ?? '' })
  expect(await one(last, await member(database, hall, 'MANAGER'))).toMatchObject({ status: 'REQUESTED' })
  const fresh = await bought(database, hall, { numbers: [9] })
  const tomorrow = later(ctxOf(database, manager), 24 * 60 + 1)
  const ticketIds = fresh.tickets.map(({ id }) => id)
  expect(await cancelTickets(tomorrow, { bookingId: fresh.booking.id, ticketIds })).toMatchObject({
    refundMinor: 5_000,
  })
})

test('counts performances and tickets of one person together, and leaves customers their own terms', async () => {
  const { hall, manager, wish, purchase } = await stage({ limitMinor: 12_000 })
  await cancelTickets(ctxOf(database, manager), wish)
  await bought(database, hall, { numbers: [8] })
  expect(await wished(hall, manager)).toMatch(/^crq_/)
  const { hall: open } = await stage({ limitMinor: 0 })
  const own = await bought(database, open, { numbers: [4], viewer: purchase.ctx.viewer })
  const ticketIds = own.tickets.map(({ id }) => id)
  expect(await cancelTickets(own.ctx, { bookingId: own.booking.id, ticketIds })).toMatchObject({ isByStaff: false })
})

test('is obsolete when all was cancelled meanwhile', async () => {
  const { manager, owner, wish, purchase } = await stage()
  const { id: requestId } = await cancelTickets(ctxOf(database, manager), wish)
  await cancelTickets(purchase.ctx, wish)
  expect(await approveCancellation(ctxOf(database, owner), { requestId })).toMatchObject({ status: 'OBSOLETE' })
})
