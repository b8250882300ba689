import { InvalidState, VersionConflict } from '@tikitu/kit/base/errors'
import { neverNull, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { lockHall, requireFreeHall } from './free-hall.ts'
import { lockPerformanceForUpdate, readEvent } from './lock-catalogue.ts'
import { requireOrder, salesTerms, termColumns } from './performance-input.ts'
import { recordPerformance } from './publish-changes.ts'

const updatePerformanceInput = z.object({
  performanceId: z.string(),
  expectedVersion: z.int().nullish(),
  /** Null: unknown. */
  doorsAt: z.date().nullish(),
  endsAt: z.date().nullish(),
  salesStartAt: neverNull(z.date()),
  /** Null: the start. */
  salesEndAt: z.date().nullish(),
  maxSeatsPerPerson: neverNull(salesTerms.maxSeatsPerPerson),
  /** Null: none. */
  fees: salesTerms.fees.nullish().transform((fees) => (fees === null ? { perTicketMinor: 0, basisPoints: 0 } : fees)),
  taxBasisPoints: neverNull(salesTerms.taxBasisPoints),
  feeTaxBasisPoints: neverNull(salesTerms.taxBasisPoints),
  taxMode: neverNull(salesTerms.taxMode),
  /** Null: customers cannot cancel. */
  cancellation: salesTerms.cancellation.nullish(),
  entryRule: neverNull(salesTerms.entryRule),
  allowsSingleSeats: neverNull(salesTerms.allowsSingleSeats),
  allowOverlap: z.boolean().nullish(),
})

/** Times that violate a newer rule do not block other changes. */
const timeFields = ['doorsAt', 'endsAt', 'salesStartAt', 'salesEndAt'] as const

type PerformancePatch = z.infer<typeof updatePerformanceInput>

/**
 * Changes the sales terms of a performance, for members with the role MANAGER. Absent fields stay unchanged; null clears an optional
 * one. Existing bookings keep their terms.
 * @throws {PerformancesOverlap | VersionConflict | InvalidState | InvalidInput | NotFound | Forbidden}
 */
export async function updatePerformance(
  ctx: Ctx,
  input: z.input<typeof updatePerformanceInput>,
): Promise<PerformanceRow> {
  const wanted = validateInput(updatePerformanceInput, input)
  const { layoutId } = await requireOwnPerformance(ctx, wanted.performanceId, 'MANAGER')
  return await inTransaction(ctx, async (ctx) => {
    await lockHall(ctx, layoutId)
    const before = await lockPerformanceForUpdate(ctx, wanted.performanceId)
    requireChangeable(before, wanted)
    const changes = changesOf(before, wanted)
    if (timeFields.some((field) => changes[field] !== undefined)) requireOrder({ ...before, ...changes })
    if (changes.endsAt !== undefined && !wanted.allowOverlap && !before.allowsOverlap) {
      await requireFreeHall(ctx, { ...before, ...changes })
    }
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

function requireChangeable(before: PerformanceRow, wanted: PerformancePatch): void {
  if (wanted.expectedVersion != null && wanted.expectedVersion !== before.version) {
    throw new VersionConflict('performance', before.version)
  }
  if (before.status === 'CANCELLED') throw new InvalidState('This performance was cancelled. Create a new one instead.')
  const { doorsAt, endsAt, salesEndAt } = wanted
  const namesTimes = [doorsAt, endsAt, salesEndAt].some((moment) => moment !== undefined)
  if (before.status === 'POSTPONED' && namesTimes) {
    throw new InvalidState('This performance has no date. Set its times with reschedulePerformance.')
  }
}

function changesOf(before: PerformanceRow, wanted: PerformancePatch): Partial<PerformanceRow> {
  const {
    performanceId: _id,
    expectedVersion: _version,
    allowOverlap,
    fees,
    cancellation,
    salesEndAt,
    ...fields
  } = wanted
  const named = Object.entries(fields).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(named),
    ...(salesEndAt === undefined ? {} : { salesEndAt: salesEndAt ?? before.startsAt }),
    ...(allowOverlap ? { allowsOverlap: true } : {}),
    ...termColumns({ fees, cancellation }),
  }
}
