import { InvalidInput } from '@tikitu/kit/errors'
import { idempotent } from '@tikitu/kit/idempotency'
import type { Ctx } from '../context.ts'
import type { HoldRow } from '../db/tables/inventory.ts'
import { NotEnoughPlaces } from '../errors.ts'
import { chooseSingly, countFree } from './choose-singly.ts'
import { chooseTogether } from './choose-together.ts'
import { requireHold } from './get-hold.ts'
import { openHold } from './hold-seats.ts'
import { reservePlaceQuota } from './place-limit.ts'
import { type Attempt, retryRaced } from './retry-raced.ts'
import { requireOnSale } from './sales-window.ts'
import { countPlaces, requireZone, type TierCount } from './tier-counts.ts'

export interface HoldBestAvailableInput {
  performanceId: string
  tiers: readonly TierCount[]
  /** Neighbours in one row, or nothing: so when absent. When false, neighbours are still preferred. */
  together?: boolean
  /** How many of the places are for wheelchairs: none when absent. */
  accessible?: number
  idempotencyKey?: string | null
}

/**
 * Claims the best free seats of the tiers' zone for ten minutes, chosen inside the statement that takes them.
 * @throws {NotEnoughPlaces | PlaceLimitReached | NotOnSale | InvalidInput}
 */
export async function holdBestAvailable(ctx: Ctx, input: HoldBestAvailableInput): Promise<HoldRow> {
  const count = countPlaces(input.tiers)
  const { accessible = 0 } = input
  if (!Number.isInteger(accessible) || accessible < 0 || accessible > count) {
    throw new InvalidInput([{ field: 'accessible', message: `must be between 0 and ${count}` }])
  }
  return await retryRaced((attempt) =>
    idempotent(
      ctx,
      { operation: 'holdBestAvailable', input },
      { load: requireHold, act: (ctx) => holdBest(ctx, input, attempt) },
    ),
  )
}

async function holdBest(ctx: Ctx, input: HoldBestAvailableInput, attempt: Attempt): Promise<HoldRow> {
  const performance = await requireOnSale(ctx, input.performanceId)
  const { zone, tierIds } = await requireZone(ctx, performance, input.tiers)
  await reservePlaceQuota(ctx, performance, tierIds.length)
  const hold = await openHold(ctx, { performanceId: performance.id, placeCount: tierIds.length })
  const choice = { hold, wish: { zone, tierIds, accessible: input.accessible ?? 0 } }
  const isDone = await chooseTogether(ctx, choice, attempt)
  if (isDone) return hold
  if (input.together ?? true) throw new NotEnoughPlaces(await countFree(ctx, choice))
  await chooseSingly(ctx, choice, attempt)
  return hold
}
