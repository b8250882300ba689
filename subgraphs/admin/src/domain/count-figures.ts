import type { Money } from '@tikitu/kit/money'
import type { Events, Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { dailyFigures, performanceFigures } from '../db/tables.ts'

/** What is counted per day. */
export type Metric =
  | 'bookingsConfirmed'
  | 'bookingsExpired'
  | 'bookingsRejected'
  | 'ticketsSold'
  | 'ticketsCancelled'
  | 'admissions'
  | 'paymentsFailed'
  | 'messagesFailed'
  | 'captured'
  | 'refunded'

/** A number of things that happened, and their amount where they have one. */
interface Count {
  metric: Metric
  count: number
  amount?: Money
}

interface Happening {
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
  'booking.ticketAdmitted': () => [{ metric: 'admissions', count: 1 }],
  'payment.captured': ({ amount }) => [{ metric: 'captured', count: 1, amount }],
  'payment.failed': () => [{ metric: 'paymentsFailed', count: 1 }],
  'payment.refunded': ({ amount }) => [{ metric: 'refunded', count: 1, amount }],
  'notification.failed': () => [{ metric: 'messagesFailed', count: 1 }],
}

/** Counts an event into the figures of its day and of its performance. */
export async function countFigures(ctx: Ctx, { name, data, day }: Happening): Promise<void> {
  const counter = counters[name] as ((data: unknown) => Count[]) | undefined
  const partnerId = (data as { partnerId?: string }).partnerId ?? ''
  for (const { metric, count, amount } of counter?.(data) ?? []) {
    const currency = amount?.currency ?? ''
    await ctx.db
      .insert(dailyFigures)
      .values({ day, metric, partnerId, currency, count, amountMinor: amount?.amountMinor ?? 0 })
      .onConflictDoUpdate({
        target: [dailyFigures.day, dailyFigures.metric, dailyFigures.partnerId, dailyFigures.currency],
        set: {
          count: sql`${dailyFigures.count} + excluded.count`,
          amountMinor: sql`${dailyFigures.amountMinor} + excluded.amount_minor`,
        },
      })
  }
  await countOccupancy(ctx, name, data)
}

async function countOccupancy(ctx: Ctx, name: keyof Events, data: unknown): Promise<void> {
  if (name === 'booking.confirmed') {
    const { showing, ticketIds } = data as Payload<'booking.confirmed'>
    await addToPerformance(ctx, showing.performanceId, { sold: ticketIds.length, admitted: 0 })
  } else if (name === 'booking.ticketsCancelled') {
    const { showing, ticketIds } = data as Payload<'booking.ticketsCancelled'>
    await addToPerformance(ctx, showing.performanceId, { sold: -ticketIds.length, admitted: 0 })
  } else if (name === 'booking.ticketAdmitted') {
    await addToPerformance(ctx, (data as Payload<'booking.ticketAdmitted'>).performanceId, { sold: 0, admitted: 1 })
  } else if (name === 'booking.performanceChanged') {
    await keepPerformance(ctx, data as Payload<'booking.performanceChanged'>)
  }
}

async function addToPerformance(
  ctx: Ctx,
  performanceId: string,
  by: { sold: number; admitted: number },
): Promise<void> {
  await ctx.db
    .insert(performanceFigures)
    .values({ performanceId, ...by })
    .onConflictDoUpdate({
      target: performanceFigures.performanceId,
      set: {
        sold: sql`${performanceFigures.sold} + excluded.sold`,
        admitted: sql`${performanceFigures.admitted} + excluded.admitted`,
      },
    })
}

/** Tickets may be counted before the performance itself is known: events come in any order. */
async function keepPerformance(ctx: Ctx, data: Payload<'booking.performanceChanged'>): Promise<void> {
  const { performanceId, version, partnerId, eventTitle, capacity } = data
  const state = { version, partnerId, eventTitle, capacity, startsAt: new Date(data.startsAt) }
  await ctx.db
    .insert(performanceFigures)
    .values({ performanceId, ...state })
    .onConflictDoUpdate({
      target: performanceFigures.performanceId,
      set: state,
      setWhere: sql`${performanceFigures.version} < ${version}`,
    })
}
