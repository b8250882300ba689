import { InvalidInput, VersionConflict } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { publicReason } from './event-input.ts'
import { lockPerformanceForUpdate } from './lock-catalogue.ts'
import { movePerformance, requireMovable } from './move-performance.ts'
import { type ReschedulePerformanceInput, reschedulePerformance } from './reschedule-performance.ts'

/** With a date it means the same as `reschedulePerformance`, for compatibility. */
export type PostponePerformanceInput = Omit<ReschedulePerformanceInput, 'startsAt'> & { startsAt?: Date | null }

const postponePerformanceInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  reason: publicReason.nullish(),
})

/**
 * Postpones a performance without a new date. Sales stop until it is rescheduled. Tickets stay valid and can be cancelled for a
 * full refund. Idempotent.
 * @throws {PerformancesOverlap | VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function postponePerformance(ctx: Ctx, input: PostponePerformanceInput): Promise<PerformanceRow> {
  const { startsAt } = input
  if (startsAt) return await reschedulePerformance(ctx, { ...input, startsAt })
  requireNoTimes(input)
  const { performanceId, expectedVersion, reason = null } = validateInput(postponePerformanceInput, input)
  await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockPerformanceForUpdate(ctx, performanceId)
    if (expectedVersion != null && expectedVersion !== before.version) {
      throw new VersionConflict('performance', before.version)
    }
    requireMovable(before, ctx.now())
    if (before.status === 'POSTPONED') return before
    const columns = { status: 'POSTPONED' as const }
    return await movePerformance(ctx, before, { action: 'postponePerformance', reason, columns })
  })
}

/** @throws {InvalidInput} that names every time given without a new date */
function requireNoTimes(input: PostponePerformanceInput): void {
  const named = (['doorsAt', 'endsAt', 'salesEndAt'] as const).filter((field) => input[field])
  if (named.length === 0) return
  const message = 'can only be set with a new date; use reschedulePerformance'
  throw new InvalidInput(named.map((field) => ({ field, message })))
}
