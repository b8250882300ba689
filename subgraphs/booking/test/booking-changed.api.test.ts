import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { firstEventAs, nextOf, subscribeAs } from '@tikitu/kit/testing/graphql/subscriptions'
import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { applyCompletedRefund } from '../src/domain/bookings/apply-refund.ts'
import { cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { expireBookings } from '../src/domain/bookings/expire-bookings.ts'
import { postponePerformance } from '../src/domain/catalogue/postpone-performance.ts'
import { checkIn } from '../src/domain/check-in/check-in.ts'
import { undoCheckIn } from '../src/domain/check-in/undo-check-in.ts'
import { ctxOf, house, later, migrations, openingDay } from './factories.ts'
import { onSale } from './factories-catalogue.ts'
import { breakListeners, isQuiet, processes } from './live.ts'
import { asService, bought, captured, member, placed } from './purchases.ts'

const database = useDatabase(migrations)
const startProcess = processes(database)
const tonight = { doorsAt: openingDay, startsAt: new Date('2027-03-01T20:00:00Z') }

const query = /* GraphQL */ `
  subscription ($id: ID!) {
    bookingChanged(id: $id) { status tickets { status } refundedTotal { amountMinor } performance { startsAt } }
  }
`

async function watch(viewer: Viewer, id: string, booking?: Awaited<ReturnType<typeof startProcess>>) {
  return await subscribeAs(booking ?? (await startProcess()), viewer, { query, variables: { id } })
}

/** The booking that the next event shows. */
async function shown(events: Awaited<ReturnType<typeof watch>>) {
  const { data, errors } = await nextOf(events)
  expect(errors).toBeUndefined()
  return data?.['bookingChanged']
}

const [valid, used, out, gone] = [{ status: 'VALID' }, { status: 'USED' }, { status: 'EXITED' }, { status: 'VOID' }]

test('shows a booking at once, and after each thing that happens to it, in whatever process', async () => {
  const show = await onSale(database, { performance: { entryRule: 'REENTRY', ...tonight } })
  const { ctx, booking } = await placed(database, show)
  const events = await watch(ctx.viewer, booking.id)
  expect(await shown(events)).toMatchObject({ status: 'AWAITING_PAYMENT', tickets: [] })

  await applyCapturedPayment(asService(ctx), captured(booking))
  expect(await shown(events)).toMatchObject({ status: 'CONFIRMED', tickets: [valid, valid] })

  const scanner = () => ctxOf(database, show.by.scanner)
  const { tickets } = await bought(database, show, { numbers: [4, 5] })
  expect(tickets).toHaveLength(2)
  const own = await ctx.load.ticketsOfBooking.load(booking.id)
  const scan = { performanceId: show.performance.id, code: own[0]?.code ?? '' }
  const admission = await checkIn(scanner(), { ...scan, nonce: 'in' })
  expect(await shown(events)).toMatchObject({ tickets: [used, valid] })
  await undoCheckIn(scanner(), { checkInId: admission.id })
  expect(await shown(events)).toMatchObject({ tickets: [valid, valid] })
  await checkIn(scanner(), { ...scan, nonce: 'in again' })
  expect(await shown(events)).toMatchObject({ tickets: [used, valid] })
  await checkIn(scanner(), { ...scan, nonce: 'out', direction: 'EXIT' })
  expect(await shown(events)).toMatchObject({ tickets: [out, valid] })

  const manager = () => ctxOf(database, show.by.manager)
  await cancelTickets(manager(), { bookingId: booking.id, ticketIds: [own[1]?.id ?? ''] })
  expect(await shown(events)).toMatchObject({ status: 'PARTIALLY_CANCELLED', tickets: [out, gone] })
  await inTransaction(asService(ctx), (tx) => applyCompletedRefund(tx, refundOf(booking.id)))
  expect(await shown(events)).toMatchObject({ refundedTotal: { amountMinor: 5000 } })
  const startsAt = new Date('2027-07-01T18:00:00Z')
  await postponePerformance(manager(), { performanceId: show.performance.id, startsAt })
  expect(await shown(events)).toMatchObject({ performance: { startsAt: startsAt.toISOString() } })
  expect(await isQuiet(events)).toBe(true)
})

function refundOf(bookingId: string) {
  const amount = { amountMinor: 5000, currency: 'EUR' }
  const cause = 'TICKETS_CANCELLED' as const
  const parties = { userId: 'usr_1', partnerId: 'ptr_1', reference: 'K7QM-2F9D' }
  return { ...parties, refundId: 'rfd_1', paymentId: 'pay_1', bookingId, amount, cause } as Parameters<
    typeof applyCompletedRefund
  >[1]
}

test('sends the expiry of a booking, before and after the sweep', async () => {
  const { ctx, booking } = await placed(database, await house(database))
  const aMomentBefore = new Date(booking.expiresAt.getTime() - 500)
  let now = aMomentBefore
  const events = await watch(ctx.viewer, booking.id, await startProcess(() => now))
  expect(await shown(events)).toMatchObject({ status: 'AWAITING_PAYMENT' })
  now = booking.expiresAt
  expect(await shown(events)).toMatchObject({ status: 'EXPIRED' })
  await expireBookings(asService(later(ctx, 11)))
  expect(await shown(events)).toMatchObject({ status: 'EXPIRED' })
})

test('misses no change between looking and listening, and none while it shows another', async () => {
  const { ctx, booking } = await placed(database, await house(database))
  const events = await watch(ctx.viewer, booking.id)
  // The caller was let in, and nothing was read yet.
  await applyCapturedPayment(asService(ctx), captured(booking))
  expect(await shown(events)).toMatchObject({ status: 'CONFIRMED' })
  // The first event was consumed and no next one requested yet, so this change arrives before there is a waiter.
  const [ticket] = await later(ctx, 0).load.ticketsOfBooking.load(booking.id)
  await cancelTickets(ctxOf(database, testStaff()), {
    bookingId: booking.id,
    ticketIds: [ticket?.id ?? ''],
  })
  expect(await shown(events)).toMatchObject({ status: 'PARTIALLY_CANCELLED' })
})

test('sends a slow subscriber the newest state, once', async () => {
  const show = await onSale(database, { performance: { entryRule: 'REENTRY', ...tonight } })
  const { ctx, booking, tickets } = await bought(database, show)
  const process = await startProcess()
  const events = await watch(ctx.viewer, booking.id, process)
  const other = await placed(database, show, { numbers: [2] })
  const marker = await watch(other.ctx.viewer, other.booking.id, process)
  for (const each of [events, marker]) await nextOf(each)
  const scan = { performanceId: show.performance.id, code: tickets[0]?.code ?? '' }
  for (let round = 0; round < 5; round++) {
    for (const direction of ['ENTRY', 'EXIT'] as const) {
      await checkIn(ctxOf(database, show.by.scanner), { ...scan, nonce: `${direction} ${round}`, direction })
    }
  }
  // Notifications arrive in order.
  await notifyWatchers(ctx, other.booking.id)
  await nextOf(marker)
  expect(await shown(events)).toMatchObject({ tickets: [out, valid] })
  expect(await isQuiet(events)).toBe(true)
})

test('resumes after the database drops its listener, and sends what happened meanwhile', async () => {
  const { ctx, booking } = await placed(database, await house(database))
  const events = await watch(ctx.viewer, booking.id)
  await nextOf(events)
  expect(await breakListeners(database)).toBe(1)
  await applyCapturedPayment(asService(ctx), captured(booking))
  await expect.poll(async () => await shown(events)).toMatchObject({ status: 'CONFIRMED' })
})

test('is refused with NOT_FOUND when the booking is not visible', async () => {
  const booking = await startProcess()
  const hall = await house(database)
  const { booking: row } = await placed(database, hall)
  const codeFor = async (viewer: Viewer, id = row.id) => {
    const { errors } = await firstEventAs(booking, viewer, { query, variables: { id } })
    return errors?.[0]?.extensions?.['code']
  }
  expect(await codeFor(anonymous)).toBe('UNAUTHENTICATED')
  expect(await codeFor(testUser())).toBe('NOT_FOUND')
  expect(await codeFor(await member(database, hall, 'SCANNER'))).toBe('NOT_FOUND')
  expect(await codeFor(testUser(), 'bkg_none')).toBe('NOT_FOUND')
  expect(await codeFor(await member(database, hall, 'BOX_OFFICE'))).toBeUndefined()
  expect(await codeFor(testStaff())).toBeUndefined()
})

test('ends for a member of the box office who has left, at the next change', async () => {
  const hall = await house(database)
  const { ctx, booking } = await placed(database, hall)
  const clerk = await member(database, hall, 'BOX_OFFICE')
  const events = await watch(clerk, booking.id)
  await nextOf(events)
  const { partnerId } = hall.performance
  const membership = and(eq(partnerMembers.partnerId, partnerId), eq(partnerMembers.userId, clerk.userId))
  await database.db.delete(partnerMembers).where(membership)
  await applyCapturedPayment(asService(ctx), captured(booking))
  expect(await nextOf(events)).toMatchObject({
    data: { bookingChanged: null },
    errors: [{ path: ['bookingChanged'], extensions: { code: 'NOT_FOUND' } }],
  })
  expect(await events.next()).toEqual({ done: true, value: undefined })
})
