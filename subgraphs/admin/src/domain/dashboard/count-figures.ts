import type { Events, Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { performanceFigures } from '../../db/tables.ts'
import { countAdmission, countScan, forgetAdmissions, lockFigures } from './count-admissions.ts'
import { addToDay, type Count } from './daily-figures.ts'

interface FigureEvent {
  name: keyof Events
  data: unknown
  /** In UTC. */
  day: string
}

type Counter<N extends keyof Events> = (data: Payload<N>) => Count[]

const counters: { [N in keyof Events]?: Counter<N> } = {
  'booking.confirmed': ({ ticketIds }) => [
    { metric: 'bookingsConfirmed', count: 1 },
    { metric: 'ticketsSold', count: ticketIds.length },
  ],
  'booking.expired': () => [{ metric: 'bookingsExpired', count: 1 }],
  'booking.rejected': () => [{ metric: 'bookingsRejected', count: 1 }],
  'booking.ticketsCancelled': ({ ticketIds }) => [{ metric: 'ticketsCancelled', count: ticketIds.length }],
  'payment.captured': ({ amount }) => [{ metric: 'captured', count: 1, amount }],
  'payment.failed': () => [{ metric: 'paymentsFailed', count: 1 }],
  'payment.refunded': ({ amount }) => [{ metric: 'refunded', count: 1, amount }],
  'notification.failed': () => [{ metric: 'messagesFailed', count: 1 }],
}

/** Counts an event into the figures of its day and of its performance. */
export async function countFigures(ctx: Ctx, { name, data, day }: FigureEvent): Promise<void> {
  const counter = counters[name] as ((data: unknown) => Count[]) | undefined
  const partnerId = (data as { partnerId?: string }).partnerId ?? null
  for (const count of counter?.(data) ?? []) await addToDay(ctx, { day, partnerId }, count)
  await countOccupancy(ctx, name, data)
}

async function countOccupancy(ctx: Ctx, name: keyof Events, data: unknown): Promise<void> {
  if (name === 'booking.confirmed') {
    const { showing, ticketIds } = data as Payload<'booking.confirmed'>
    await addToPerformance(ctx, showing.performanceId, { sold: ticketIds.length })
  } else if (name === 'booking.ticketsCancelled') {
    const { showing, ticketIds } = data as Payload<'booking.ticketsCancelled'>
    await addToPerformance(ctx, showing.performanceId, { sold: -ticketIds.length })
  } else if (name === 'booking.admissionChanged') {
    await countAdmission(ctx, data as Payload<'booking.admissionChanged'>)
  } else if (name === 'booking.ticketAdmitted') {
    await countScan(ctx, data as Payload<'booking.ticketAdmitted'>)
  } else if (name === 'booking.performanceChanged') {
    await applyPerformance(ctx, data as Payload<'booking.performanceChanged'>)
  }
}

async function addToPerformance(ctx: Ctx, performanceId: string, by: { sold: number }): Promise<void> {
  await ctx.db
    .insert(performanceFigures)
    .values({ performanceId, ...by })
    .onConflictDoUpdate({
      target: performanceFigures.performanceId,
      set: { sold: sql`${performanceFigures.sold} + excluded.sold` },
    })
}

/** Tickets may be counted before the performance itself is known: events come in any order. */
async function applyPerformance(ctx: Ctx, data: Payload<'booking.performanceChanged'>): Promise<void> {
  const { performanceId, version, partnerId, eventTitle, capacity, details } = data
  const before = await lockFigures(ctx, performanceId)
  if (before.version >= version) return
  const state = { version, partnerId, eventTitle, capacity, startsAt: new Date(data.startsAt) }
  const toComeUntil = toComeUntilOf(data)
  await ctx.db
    .update(performanceFigures)
    .set({ ...state, toComeUntil })
    .where(eq(performanceFigures.performanceId, performanceId))
  if (details && details.moveCount > before.moveCount) await forgetAdmissions(ctx, before, details.moveCount)
}

/** One that is postponed has no date, so it is listed until it gets one. */
function toComeUntilOf({ status, startsAt, details }: Payload<'booking.performanceChanged'>): Date {
  if (status === 'POSTPONED' && details) return new Date('9999-12-31T00:00:00Z')
  const moments = [startsAt, details?.endsAt, details?.salesEndAt].map((moment) => (moment ? Date.parse(moment) : 0))
  return new Date(Math.max(...moments))
}
