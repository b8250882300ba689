import { addJob } from '@tikitu/kit/jobs'
import type { Payload } from '@tikitu/schema/events/registry'
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PerformanceRow, performances, tickets } from '../db/tables/facts.ts'
import { notify } from './notify.ts'

/** The job that tells the holders of tickets, some hundred at a time, that their performance is at another time. */
export const moveTask = 'announceMove'

export interface Move {
  performanceId: string
  version: number
  previousStartsAt: string
  /** The last user who has been told; null at the beginning. */
  afterUserId: string | null
}

const usersPerJob = 200

/**
 * Keeps what is newest of a performance. Holders of tickets are told when it is postponed or has another date; of a
 * cancelled one they hear with their tickets' cancellation.
 */
export async function takePerformance(ctx: Ctx, data: Payload<'booking.performanceChanged'>): Promise<void> {
  const { performanceId, version, status, eventTitle } = data
  const [before] = await ctx.db
    .select()
    .from(performances)
    .where(eq(performances.performanceId, performanceId))
    .for('update')
  const state = { version, status, eventTitle, startsAt: new Date(data.startsAt) }
  const kept = await ctx.db
    .insert(performances)
    .values({ performanceId, ...state })
    .onConflictDoUpdate({
      target: performances.performanceId,
      set: state,
      setWhere: sql`${performances.version} < ${version}`,
    })
    .returning()
  if (!before || kept.length === 0 || !isMove(before, state)) return
  const move: Move = { performanceId, version, previousStartsAt: before.startsAt.toISOString(), afterUserId: null }
  await addJob(ctx, { task: moveTask, payload: move, key: `${moveTask}:${performanceId}:${version}` })
}

/** Tells the next holders of a performance that moved, and leaves the rest to a job after this one. */
export async function announceMove(ctx: Ctx, move: Move): Promise<void> {
  const [performance] = await ctx.db
    .select()
    .from(performances)
    .where(eq(performances.performanceId, move.performanceId))
  if (!performance || performance.version !== move.version) return
  const holders = await nextHolders(ctx, move)
  for (const holder of holders) await announceTo(ctx, holder, { move, performance })
  const last = holders.at(-1)
  if (!last || holders.length < usersPerJob) return
  const key = `${moveTask}:${move.performanceId}:${move.version}:${last.userId}`
  await addJob(ctx, { task: moveTask, payload: { ...move, afterUserId: last.userId }, key })
}

type Holder = Awaited<ReturnType<typeof nextHolders>>[number]

async function announceTo(
  ctx: Ctx,
  { userId, bookingId, timeZone }: Holder,
  { move, performance }: { move: Move; performance: PerformanceRow },
): Promise<void> {
  const { performanceId, version, previousStartsAt } = move
  await notify(ctx, {
    kind: 'PERFORMANCE_MOVED',
    cause: `booking.performanceMoved:${performanceId}:${version}`,
    to: [{ userId }],
    data: {
      performanceId,
      version,
      eventTitle: performance.eventTitle,
      isPostponed: performance.status === 'POSTPONED',
      startsAt: performance.startsAt.toISOString(),
      previousStartsAt,
      timeZone,
      bookingId,
    },
  })
}

function nextHolders(ctx: Ctx, { performanceId, afterUserId }: Move) {
  return ctx.db
    .selectDistinctOn([tickets.userId], {
      userId: tickets.userId,
      bookingId: tickets.bookingId,
      timeZone: tickets.timeZone,
    })
    .from(tickets)
    .where(
      and(
        eq(tickets.performanceId, performanceId),
        isNull(tickets.cancelledAt),
        afterUserId ? gt(tickets.userId, afterUserId) : undefined,
      ),
    )
    .orderBy(asc(tickets.userId), asc(tickets.bookingId))
    .limit(usersPerJob)
}

function isMove(before: PerformanceRow, now: Pick<PerformanceRow, 'status' | 'startsAt'>): boolean {
  if (now.status === 'CANCELLED') return false
  if (now.status === 'POSTPONED') return before.status !== 'POSTPONED'
  return before.status === 'POSTPONED' || before.startsAt.getTime() !== now.startsAt.getTime()
}
