import { checkInput } from '@tikitu/kit/check-input'
import { inTransaction } from '@tikitu/kit/db'
import { InvalidState } from '@tikitu/kit/errors'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { type PerformanceRow, performances } from '../db/tables/catalogue.ts'
import { recordPerformance } from './catalogue-facts.ts'
import { publicReason } from './event-input.ts'
import { lockPerformance, readEvent } from './lock-catalogue.ts'
import { requireOwnPerformance } from './partner-role.ts'
import { requireOrder, requireToCome } from './performance-input.ts'

const postponePerformanceInput = z
  .object({
    performanceId: z.string(),
    startsAt: z.date(),
    doorsAt: z.date().nullish(),
    endsAt: z.date().nullish(),
    salesEndAt: z.date().nullish(),
    reason: publicReason.nullish(),
  })
  .transform((input) => ({
    ...input,
    doorsAt: input.doorsAt ?? null,
    endsAt: input.endsAt ?? null,
    salesEndAt: input.salesEndAt ?? input.startsAt,
  }))

/**
 * Moves a performance that was not cancelled to another date. Its tickets stay valid.
 * @throws {InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function postponePerformance(
  ctx: Ctx,
  input: z.input<typeof postponePerformanceInput>,
): Promise<PerformanceRow> {
  const { performanceId, reason, ...times } = checkInput(postponePerformanceInput, input)
  requireToCome(times.startsAt, ctx.now())
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockPerformance(ctx, performanceId)
    if (before.status === 'CANCELLED') throw new InvalidState('This performance was cancelled: make a new one instead.')
    requireOrder({ ...times, salesStartAt: before.salesStartAt })
    const [performance] = await ctx.db
      .update(performances)
      .set({ ...times, status: 'POSTPONED', version: before.version + 1 })
      .where(eq(performances.id, performanceId))
      .returning()
    const { title } = await readEvent(ctx, before.eventId)
    const moved = { performance: performance as PerformanceRow, eventTitle: title }
    const changes = { startsAt: { from: before.startsAt, to: times.startsAt } }
    await recordPerformance(ctx, moved, { action: 'postponePerformance', reason, changes })
    return moved.performance
  })
}
