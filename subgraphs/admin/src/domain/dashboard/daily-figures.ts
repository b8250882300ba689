import type { Money } from '@tikitu/kit/base/money'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { dailyFigures } from '../../db/tables.ts'

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
export interface Count {
  metric: Metric
  count: number
  amount?: Money
}

/** Adds to what a day's figures say of a partner; a count below 0 takes away. */
export async function addToDay(
  ctx: Ctx,
  { day, partnerId }: { day: string; partnerId: string | null },
  { metric, count, amount }: Count,
): Promise<void> {
  const currency = amount?.currency ?? null
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
