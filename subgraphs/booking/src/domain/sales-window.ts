import { NotFound } from '@tikitu/kit/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { events, type PerformanceRow, performances } from '../db/tables/catalogue.ts'
import { NotOnSale } from '../errors.ts'

/** The performance, when its places can be claimed at this moment. @throws {NotFound | NotOnSale} */
export async function requireOnSale(ctx: Ctx, performanceId: string): Promise<PerformanceRow> {
  const [found] = await ctx.db
    .select({ performance: performances, event: events })
    .from(performances)
    .innerJoin(events, eq(events.id, performances.eventId))
    .where(eq(performances.id, performanceId))
  if (!found || found.event.status === 'DRAFT' || found.performance.status === 'DRAFT') {
    throw new NotFound('performance', performanceId)
  }
  const refusal = whyNotOnSale(found.performance, ctx.now())
  if (found.event.status === 'CANCELLED') throw new NotOnSale('This event was cancelled.')
  if (refusal) throw refusal
  return found.performance
}

/** Why a performance cannot be booked at that moment; null when it can. */
export function whyNotOnSale(performance: PerformanceRow, now: Date): NotOnSale | null {
  if (performance.status === 'CANCELLED') return new NotOnSale('This performance was cancelled.')
  if (now < performance.salesStartAt) return new NotOnSale('Sales have not begun yet.', performance.salesStartAt)
  if (now >= performance.salesEndAt) return new NotOnSale('Sales for this performance have ended.')
  return null
}
