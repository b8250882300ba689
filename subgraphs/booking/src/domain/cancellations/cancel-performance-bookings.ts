import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type BookingRow, bookings } from '../../db/tables/bookings.ts'
import { tickets } from '../../db/tables/tickets.ts'
import { endUnpaid } from '../bookings/expire-bookings.ts'
import { voidTickets } from '../bookings/void-tickets.ts'

/** A cancelled performance, with the reason. */
export interface CancelledPerformance {
  performanceId: string
  reason: string | null
  /** Who cancelled it; the booking service when unknown. */
  cancelledBy?: string
  /** The approver, if one was needed. */
  approvedBy?: string | null
}

const batchSize = 100
/** Concurrency of cancellations; low enough to leave connections for requests. */
const parallel = 3
const unfinished = ['AWAITING_PAYMENT', 'CONFIRMED', 'PARTIALLY_CANCELLED'] as const

/** Progress of one run. */
interface Run extends CancelledPerformance {
  count: number
  /** Bookings that were locked or had ended when their turn came. */
  passedOver: string[]
  failures: unknown[]
}

/**
 * Cancels every booking of a cancelled performance: paid ones with a full refund, including used tickets, and unpaid ones without.
 * Runs several at a time, each in its own transaction. Idempotent, resumable and safe to run concurrently. A booking that cannot be
 * cancelled does not block the others. Returns the number of bookings it ended. @throws after a failure, so that the job is retried
 */
export async function cancelPerformanceBookings(ctx: Ctx, cancelled: CancelledPerformance): Promise<number> {
  const run: Run = { ...cancelled, count: 0, passedOver: [], failures: [] }
  for (let ids: string[] = [], isFirst = true; isFirst || ids.length === batchSize; isFirst = false) {
    ids = await listUnfinished(ctx, cancelled.performanceId, ids.at(-1) ?? '')
    await inParallel(ids, (id) => tryToCancel(ctx, run, { id, waits: false }))
  }
  await inParallel(run.passedOver, (id) => tryToCancel(ctx, run, { id, waits: true }))
  const { count, failures } = run
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} bookings are still to be cancelled`)
  return count
}

async function listUnfinished(ctx: Ctx, performanceId: string, after: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(eq(bookings.performanceId, performanceId), isUnfinished, gt(bookings.id, after)))
    .orderBy(asc(bookings.id))
    .limit(batchSize)
  return rows.map(({ id }) => id)
}

const isUnfinished = inArray(bookings.status, [...unfinished])

async function inParallel(ids: readonly string[], act: (id: string) => Promise<void>): Promise<void> {
  const queue = ids.values()
  const work = async () => {
    for (const id of queue) await act(id)
  }
  await Promise.all(Array.from({ length: parallel }, work))
}

/** One booking of a run, and whether to wait for its lock. */
interface Turn {
  id: string
  waits: boolean
}

async function tryToCancel(ctx: Ctx, run: Run, turn: Turn): Promise<void> {
  try {
    const isDone = await inTransaction(ctx, async (ctx) => await cancelBooking(ctx, turn, run))
    if (isDone) run.count += 1
    else if (!turn.waits) run.passedOver.push(turn.id)
  } catch (error) {
    ctx.log.error({ err: error, bookingId: turn.id }, 'a booking of a cancelled performance could not be cancelled')
    run.failures.push(error)
    await writeFailure(ctx, turn.id).catch(() => undefined)
  }
}

/** Records the failure for the progress. A locked booking is only late, so this does not wait for it. */
async function writeFailure(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.execute(sql`
    /* booking.writeCancellationFailure */
    update bookings set cancellation_failed_at = ${ctx.now().toISOString()}
    where id = (select id from bookings where id = ${id} for update skip locked)`)
}

/** Returns false when the booking is locked or has already ended. */
async function cancelBooking(ctx: Ctx, { id, waits }: Turn, cancelled: CancelledPerformance): Promise<boolean> {
  const [booking] = await ctx.db
    .select()
    .from(bookings)
    .where(and(eq(bookings.id, id), isUnfinished))
    .for('update', waits ? {} : { skipLocked: true })
  if (!booking) return false
  if (booking.status === 'AWAITING_PAYMENT') await endNow(ctx, booking)
  else await cancelPaid(ctx, booking, cancelled)
  return true
}

async function cancelPaid(ctx: Ctx, booking: BookingRow, cancelled: CancelledPerformance): Promise<void> {
  const live = await ctx.db
    .select()
    .from(tickets)
    .where(and(eq(tickets.bookingId, booking.id), ne(tickets.status, 'VOID')))
    .orderBy(asc(tickets.id))
    .for('update')
  if (live.length === 0) return
  const cause = 'PERFORMANCE_CANCELLED'
  const { reason, cancelledBy = 'booking', approvedBy } = cancelled
  await voidTickets(ctx, booking, {
    tickets: live,
    reason,
    messageToCustomer: reason,
    cause,
    cancelledBy,
    approvedBy: approvedBy ?? null,
    keptMinor: 0,
  })
}

async function endNow(ctx: Ctx, booking: BookingRow): Promise<void> {
  await ctx.db
    .update(bookings)
    .set({ status: 'EXPIRED', endedAt: ctx.now(), version: sql`version + 1` })
    .where(eq(bookings.id, booking.id))
  await endUnpaid(ctx, booking)
}
