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

/** Without a date it postpones. With one it means the same as `reschedulePerformance`: so it was once called. */
export type PostponePerformanceInput = Omit<ReschedulePerformanceInput, 'startsAt'> & { startsAt?: Date | null }

const postponePerformanceInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  reason: publicReason.nullish(),
})

/**
 * Says that a performance does not take place on its date, and has no new one yet. It is not on sale until it is rescheduled.
 * Its tickets stay valid, and whoever has one may give it back in full. Postponing a postponed one changes nothing.
 * @throws {VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
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

/** @throws {InvalidInput} that names every time of a date which is not given */
function requireNoTimes(input: PostponePerformanceInput): void {
  const named = (['doorsAt', 'endsAt', 'salesEndAt'] as const).filter((field) => input[field])
  if (named.length === 0) return
  const message = 'can only be set with a new date; use reschedulePerformance'
  throw new InvalidInput(named.map((field) => ({ field, message })))
}
