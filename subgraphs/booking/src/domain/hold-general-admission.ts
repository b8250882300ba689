import { idempotent } from '@tikitu/kit/idempotency'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { chooseStanding } from './choose-singly.ts'
import { requireHold } from './get-hold.ts'
import { openHold } from './hold-seats.ts'
import { reservePlaceQuota } from './place-limit.ts'
import { type Attempt, retryRaced } from './retry-raced.ts'
import { requireOnSale } from './sales-window.ts'
import { countPlaces, requireZone, type TierCount } from './tier-counts.ts'

export interface HoldGeneralAdmissionInput {
  performanceId: string
  tiers: readonly TierCount[]
  /** The index of a section; any of the zone when absent. */
  section?: number | null
  idempotencyKey?: string | null
}

/**
 * Claims places for ten minutes where nobody has one of their own, or none of them.
 * @throws {NotEnoughPlaces | PlaceLimitReached | NotOnSale | InvalidInput}
 */
export async function holdGeneralAdmission(ctx: Ctx, input: HoldGeneralAdmissionInput): Promise<HoldRow> {
  countPlaces(input.tiers)
  return await retryRaced((attempt) =>
    idempotent(
      ctx,
      { operation: 'holdGeneralAdmission', input },
      { load: requireHold, act: (ctx) => holdStanding(ctx, input, attempt) },
    ),
  )
}

async function holdStanding(ctx: Ctx, input: HoldGeneralAdmissionInput, attempt: Attempt): Promise<HoldRow> {
  const performance = await requireOnSale(ctx, input.performanceId)
  const { zone, tierIds } = await requireZone(ctx, performance, input.tiers)
  await reservePlaceQuota(ctx, performance, tierIds.length)
  const hold = await openHold(ctx, { performanceId: performance.id, placeCount: tierIds.length })
  const choice = { hold, wish: { zone, tierIds, accessible: 0 }, section: input.section ?? null }
  await chooseStanding(ctx, choice, attempt)
  return hold
}
