import { requireUser } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { and, asc, desc, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Ctx } from '../src/context.ts'
import { type BookingRow, bookingLines, bookingPayments, bookings } from '../src/db/tables/bookings.ts'
import { type HoldRow, holds, type PlaceRow } from '../src/db/tables/inventory.ts'
import { type TicketRow, tickets } from '../src/db/tables/tickets.ts'
import { applyCapturedPayment } from '../src/domain/bookings/apply-captured-payment.ts'
import { cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { expireBookings } from '../src/domain/bookings/expire-bookings.ts'
import { placeBooking } from '../src/domain/bookings/place-booking.ts'
import { expireHolds } from '../src/domain/inventory/expire-holds.ts'
import { asService, captured, eventsAbout } from './purchases.ts'
import { type Act, ctxIn, placesIn, type World } from './world.ts'

/** Actions on held seats, by users, payment and time. Any booking may be paid at any time, or twice. */
export const purchaseActs: Readonly<Record<string, Act>> = {
  book: async (world, ctx, dice) => {
    const hold = await recentHold(world, ctx, dice)
    return hold && (await placeBooking(ctx, { holdId: hold.id }))
  },
  pay: async (world, ctx, dice) => {
    const booking = await recentBooking(world, ctx, dice)
    return booking && (await pay(ctx, booking, { paymentId: `pay_${booking.id}` }))
  },
  payTwice: async (world, ctx, dice) => {
    const booking = await recentBooking(world, ctx, dice)
    return booking && (await pay(ctx, booking, {}))
  },
  payWrong: async (world, ctx, dice) => {
    const booking = await recentBooking(world, ctx, dice)
    const amount = { amountMinor: 1, currency: 'EUR' }
    return dice % 4 === 0 && booking && (await pay(ctx, booking, { amount }))
  },
  cancel: async (world, ctx, dice) => {
    const booking = await recentBooking(world, ctx, dice)
    const own = booking ? await ticketsIn(world, booking.id) : []
    const ticketIds = own.filter((_ticket, index) => (dice >> index) % 2 === 0).map((ticket) => ticket.id)
    return booking && ticketIds.length > 0 && (await cancelTickets(ctx, { bookingId: booking.id, ticketIds }))
  },
  sweep: async (_world, ctx) => {
    await expireBookings(asService(ctx))
    await expireHolds(asService(ctx))
  },
}

async function pay(ctx: Ctx, booking: BookingRow, overrides: Parameters<typeof captured>[1]): Promise<void> {
  await applyCapturedPayment(asService(ctx), captured(booking, { paymentId: newId('pay'), ...overrides }))
}

/** One of the last two, as most older ones have ended. */
async function recentHold(world: World, ctx: Ctx, dice: number): Promise<HoldRow | undefined> {
  const own = await world.database.db
    .select()
    .from(holds)
    .where(and(eq(holds.performanceId, world.show.performance.id), eq(holds.userId, requireUser(ctx.viewer).userId)))
    .orderBy(desc(holds.id))
    .limit(2)
  return own[dice % own.length]
}

/** One of the last three, paid or not. */
async function recentBooking(world: World, ctx: Ctx, dice: number): Promise<BookingRow | undefined> {
  const own = await world.database.db
    .select()
    .from(bookings)
    .where(
      and(eq(bookings.performanceId, world.show.performance.id), eq(bookings.userId, requireUser(ctx.viewer).userId)),
    )
    .orderBy(desc(bookings.id))
    .limit(3)
  return own[dice % own.length]
}

async function ticketsIn(world: World, bookingId: string): Promise<TicketRow[]> {
  return await world.database.db.select().from(tickets).where(eq(tickets.bookingId, bookingId)).orderBy(asc(tickets.id))
}

/** What must be true of everything that was bought, after every round. */
export async function expectConsistentPurchases(world: World): Promise<void> {
  const rows = await placesIn(world)
  const all = await world.database.db
    .select()
    .from(bookings)
    .where(eq(bookings.performanceId, world.show.performance.id))
  const live: TicketRow[] = []
  for (const booking of all) live.push(...(await expectSoundBooking(world, booking, rows)))
  const sold = rows.filter((row) => row.status === 'SOLD').map((row) => row.number)
  expect(live.map((ticket) => ticket.seatNumber).toSorted((a, b) => a - b)).toEqual(sold)
}

/** Returns its valid tickets, each with its seat. */
async function expectSoundBooking(world: World, booking: BookingRow, rows: PlaceRow[]): Promise<TicketRow[]> {
  const lines = await world.database.db.select().from(bookingLines).where(eq(bookingLines.bookingId, booking.id))
  const issued = await ticketsIn(world, booking.id)
  const live = issued.filter((ticket) => ticket.status !== 'VOID')
  const own = rows.filter((row) => row.holdId === booking.holdId)
  expect(issued).toHaveLength(booking.confirmedAt ? lines.length : 0)
  expect(live).toHaveLength(lines.filter((line) => booking.confirmedAt && !line.cancellationId).length)
  for (const ticket of live) expect(own).toContainEqual(expect.objectContaining(isSoldAt(ticket)))
  if (isKept(world, booking)) expect(own).toHaveLength(lines.length)
  if (booking.status === 'CONFIRMED') expect(live).toHaveLength(lines.length)
  if (booking.status === 'CANCELLED') expect(live).toEqual([])
  await expectHonestMoney(world, booking, lines)
  return live
}

function isSoldAt(ticket: TicketRow) {
  return { number: ticket.seatNumber, status: 'SOLD' }
}

function isKept(world: World, booking: BookingRow): boolean {
  return booking.status === 'AWAITING_PAYMENT' && booking.expiresAt > ctxIn(world, 0).now()
}

/** Every captured payment confirmed the booking once, or was rejected with an event; refunds equal payments. */
async function expectHonestMoney(
  world: World,
  booking: BookingRow,
  lines: (typeof bookingLines.$inferSelect)[],
): Promise<void> {
  const paid = await world.database.db.select().from(bookingPayments).where(eq(bookingPayments.bookingId, booking.id))
  const taken = paid.filter((payment) => payment.rejection === null)
  expect(taken.map((payment) => payment.paymentId)).toEqual(booking.confirmedAt ? [booking.paymentId] : [])
  const told = await eventsAbout(world.database, booking.id)
  const rejected = told.filter((event) => event.type === 'tikitu.booking.rejected.v1')
  const refused = paid.filter((payment) => payment.rejection !== null).map((payment) => payment.paymentId)
  expect(rejected.map((event) => event.data['paymentId']).toSorted()).toEqual(refused.toSorted())
  const back = told.filter((event) => event.type === 'tikitu.booking.ticketsCancelled.v1')
  const refunds = back.map((event) => (event.data['refund'] as { amountMinor: number }).amountMinor)
  expect(refunds.reduce((sum, amount) => sum + amount, 0)).toBe(lines.reduce((sum, line) => sum + line.refundMinor, 0))
  if (booking.status === 'CANCELLED') {
    expect(lines.reduce((sum, line) => sum + line.refundMinor, 0)).toBe(booking.totalMinor)
  }
}
