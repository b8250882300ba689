import { checkInput } from '@tikitu/kit/check-input'
import { inTransaction } from '@tikitu/kit/db'
import { addJob } from '@tikitu/kit/jobs'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { type PerformanceRow, performances } from '../db/tables/catalogue.ts'
import { recordPerformance } from './catalogue-facts.ts'
import { publicReason } from './event-input.ts'
import { lockPerformance, readEvent } from './lock-catalogue.ts'
import { requireOwnPerformance } from './partner-role.ts'
import { requireNotBegun } from './took-place.ts'

const cancelPerformanceInput = z.object({ performanceId: z.string(), reason: publicReason })

/**
 * Cancels a performance that has not begun; its tickets are refunded afterwards, by a job. Cancelling a cancelled one changes nothing.
 * @throws {InvalidInput | InvalidState | NotFound | Forbidden}
 */
export async function cancelPerformance(
  ctx: Ctx,
  input: z.input<typeof cancelPerformanceInput>,
): Promise<PerformanceRow> {
  const { performanceId, reason } = checkInput(cancelPerformanceInput, input)
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const performance = await lockPerformance(ctx, performanceId)
    if (performance.status === 'CANCELLED') return performance
    requireNotBegun(performance, ctx.now())
    const { title } = await readEvent(ctx, performance.eventId)
    return await writeCancellation(ctx, { performance, eventTitle: title }, reason)
  })
}

/** Writes that a performance does not take place, and leaves the job that gives everybody their money back. */
export async function writeCancellation(
  ctx: Ctx,
  { performance: before, eventTitle }: { performance: PerformanceRow; eventTitle: string },
  reason: string,
): Promise<PerformanceRow> {
  const performanceId = before.id
  const [performance] = await ctx.db
    .update(performances)
    .set({ status: 'CANCELLED', cancellationReason: reason, cancelledAt: ctx.now(), version: before.version + 1 })
    .where(eq(performances.id, performanceId))
    .returning()
  const cancelled = { performance: performance as PerformanceRow, eventTitle }
  await recordPerformance(ctx, cancelled, { action: 'cancelPerformance', reason })
  await addJob(ctx, {
    task: 'cancelPerformanceBookings',
    payload: { performanceId, reason },
    key: `cancelPerformanceBookings:${performanceId}`,
  })
  return cancelled.performance
}
