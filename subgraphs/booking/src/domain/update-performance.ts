import { checkInput } from '@tikitu/kit/check-input'
import { inTransaction } from '@tikitu/kit/db'
import { InvalidState, VersionConflict } from '@tikitu/kit/errors'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { type PerformanceRow, performances } from '../db/tables/catalogue.ts'
import { recordPerformance } from './catalogue-facts.ts'
import { lockPerformance, readEvent } from './lock-catalogue.ts'
import { requireOwnPerformance } from './partner-role.ts'
import { requireOrder, salesTerms, termColumns } from './performance-input.ts'

const updatePerformanceInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  doorsAt: z.date().nullish(),
  endsAt: z.date().nullish(),
  salesStartAt: z.date().nullish(),
  salesEndAt: z.date().nullish(),
  maxPlacesPerPerson: salesTerms.maxPlacesPerPerson.nullish(),
  fees: salesTerms.fees.nullish(),
  taxBasisPoints: salesTerms.taxBasisPoints.nullish(),
  /** Null has a meaning of its own here: customers may not cancel. */
  cancellation: salesTerms.cancellation.nullish(),
  entryRule: salesTerms.entryRule.nullish(),
})

/**
 * Changes how a performance is sold, for members with the role MANAGER. Bookings that were placed keep their terms.
 * @throws {VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function updatePerformance(
  ctx: Ctx,
  input: z.input<typeof updatePerformanceInput>,
): Promise<PerformanceRow> {
  const wanted = checkInput(updatePerformanceInput, input)
  await requireOwnPerformance(ctx, wanted.performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockPerformance(ctx, wanted.performanceId)
    if (wanted.expectedVersion && wanted.expectedVersion !== before.version) {
      throw new VersionConflict('performance', before.version)
    }
    if (before.status === 'CANCELLED') throw new InvalidState('This performance was cancelled: make a new one instead.')
    const changes = changesOf(wanted)
    requireOrder({ ...before, ...changes })
    const [performance] = await ctx.db
      .update(performances)
      .set({ ...changes, version: before.version + 1 })
      .where(eq(performances.id, before.id))
      .returning()
    const { title } = await readEvent(ctx, before.eventId)
    const changed = { performance: performance as PerformanceRow, eventTitle: title }
    await recordPerformance(ctx, changed, { action: 'updatePerformance', changes })
    return changed.performance
  })
}

/** Null means "leave it" for all but the cancellation policy. */
function changesOf(wanted: z.infer<typeof updatePerformanceInput>): Partial<PerformanceRow> {
  const { performanceId: _id, expectedVersion: _version, fees, cancellation, ...fields } = wanted
  const named = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return { ...Object.fromEntries(named), ...termColumns({ fees, cancellation }) }
}
