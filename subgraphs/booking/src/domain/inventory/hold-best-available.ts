import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Ctx } from '../../context.ts'
import type { HoldRow } from '../../db/tables/inventory.ts'
import { NotEnoughSeats } from '../../errors.ts'
import { holdAcrossZones } from './choose-across-zones.ts'
import { claimAdjacent, type SeatClaim } from './claim-adjacent.ts'
import { claimIndividually, requireRoom, seatBatches } from './claim-individually.ts'
import { findRefusal, holdOnce, newHold } from './claim-seats.ts'
import { requireClaimable, requireKindOfZone } from './require-claimable.ts'
import { type Attempt, ContentionError, retryOnContention } from './retry-on-contention.ts'
import { countSeats, type TierCount } from './tier-counts.ts'

export interface HoldBestAvailableInput {
  performanceId: string
  tiers: readonly TierCount[]
  /** Whether the seats must be adjacent; true when absent. If false, adjacent seats are still preferred. */
  together?: boolean
  /** Number of wheelchair spaces; none when absent. */
  accessible?: number
  idempotencyKey?: string | null
}

/**
 * Holds the best free seats of the tiers' zone for ten minutes, chosen inside the statement that claims them. Tiers of several
 * zones get adjacent seats across those zones.
 * @throws {NotEnoughSeats | SeatLimitReached | TooManyHolds | NotOnSale | IdempotencyConflict | InvalidInput | NotFound}
 */
export async function holdBestAvailable(ctx: Ctx, input: HoldBestAvailableInput): Promise<HoldRow> {
  const count = countSeats(input.tiers)
  const { accessible = 0 } = input
  if (!Number.isInteger(accessible) || accessible < 0 || accessible > count) {
    throw new InvalidInput([{ field: 'accessible', message: `must be between 0 and ${count}` }])
  }
  const call = { operation: 'holdBestAvailable', input }
  return await retryOnContention((attempt) => holdOnce(ctx, call, (ctx) => holdBest(ctx, input, attempt)))
}

async function holdBest(ctx: Ctx, input: HoldBestAvailableInput, attempt: Attempt): Promise<HoldRow> {
  const { performanceId, tiers, accessible = 0, together = true } = input
  const hold = newHold(ctx, { performanceId, seatCount: countSeats(tiers) })
  const claim = { hold, request: { performanceId, tiers, accessible } }
  const result = await claimAdjacent(ctx, claim, attempt)
  if (result.claimed > 0) return result.hold
  const [zone, ...others] = await requireClaimable(
    ctx,
    { ...result, request: claim.request },
    { mayCrossZones: together && accessible === 0 },
  )
  for (const each of [zone, ...others]) await requireKindOfZone(ctx, { performanceId, zone: each, wanted: 'SEATS' })
  if (others.length > 0) return await holdAcrossZones(ctx, claim, attempt)
  if (result.windows > 0) throw new ContentionError()
  const batches = seatBatches(claim)
  if (together) throw new NotEnoughSeats(await requireRoom(ctx, zone, { hold, batches }))
  return await holdIndividually(ctx, claim, { attempt, zone })
}

async function holdIndividually(
  ctx: Ctx,
  claim: SeatClaim,
  { attempt, zone }: { attempt: Attempt; zone: string },
): Promise<HoldRow> {
  const batches = seatBatches(claim)
  const result = await claimIndividually(ctx, claim, { attempt, batches })
  if (result.claimed > 0) return result.hold
  const refusal = findRefusal(result)
  if (refusal) throw refusal
  await requireRoom(ctx, zone, { hold: claim.hold, batches })
  throw new ContentionError()
}
