import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { claimIndividually, requireRoom, standingBatch } from './claim-individually.ts'
import { holdOnce, newHold } from './claim-seats.ts'
import { requireClaimable, requireKindOfZone } from './require-claimable.ts'
import { type Attempt, ContentionError, retryOnContention } from './retry-on-contention.ts'
import { countSeats, type TierCount } from './tier-counts.ts'

export interface HoldGeneralAdmissionInput {
  performanceId: string
  tiers: readonly TierCount[]
  /** The index of a section; any of the zone when absent. */
  section?: number | null
  idempotencyKey?: string | null
}

/**
 * Holds general-admission seats for ten minutes, or none of them.
 * @throws {NotEnoughSeats | SeatLimitReached | TooManyHolds | NotOnSale | IdempotencyConflict | InvalidInput | NotFound}
 */
export async function holdGeneralAdmission(ctx: Ctx, input: HoldGeneralAdmissionInput): Promise<HoldRow> {
  countSeats(input.tiers)
  const call = { operation: 'holdGeneralAdmission', input }
  return await retryOnContention((attempt) => holdOnce(ctx, call, (ctx) => holdStanding(ctx, input, attempt)))
}

async function holdStanding(ctx: Ctx, input: HoldGeneralAdmissionInput, attempt: Attempt): Promise<HoldRow> {
  const { performanceId, tiers, section = null } = input
  const hold = newHold(ctx, { performanceId, seatCount: countSeats(tiers) })
  const claim = { hold, request: { performanceId, tiers, accessible: 0 } }
  const batches = [standingBatch(claim, section)]
  const result = await claimIndividually(ctx, claim, { attempt, batches })
  if (result.claimed > 0) return result.hold
  const [zone] = await requireClaimable(ctx, { ...result, request: claim.request })
  await requireKindOfZone(ctx, { performanceId, zone, wanted: 'STANDING' })
  await requireRoom(ctx, zone, { hold, batches })
  throw new ContentionError()
}
