import { inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { performances } from '../../db/tables/catalogue.ts'

/** Maximum refund by currency if these performances were cancelled: what was paid for their valid tickets. */
export async function refundableTotal(ctx: Ctx, performanceIds: readonly string[]): Promise<Record<string, number>> {
  if (performanceIds.length === 0) return {}
  const { rows } = await ctx.db.execute<{ currency: string; minor: string }>(sql`
    /* booking.refundableTotal */
    select bookings.currency, sum(booking_lines.price_minor + booking_lines.fee_minor) as minor
    from performances
    join bookings on bookings.performance_id = performances.id
      and bookings.status in ('CONFIRMED', 'PARTIALLY_CANCELLED')
    join booking_lines on booking_lines.booking_id = bookings.id and booking_lines.cancellation_id is null
    where ${inArray(performances.id, [...performanceIds])}
    group by bookings.currency`)
  return Object.fromEntries(rows.map(({ currency, minor }) => [currency, Number(minor)]))
}
