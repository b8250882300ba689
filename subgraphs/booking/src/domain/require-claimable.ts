import type { Ctx } from '../context.ts'
import type { Choice } from './choose-together.ts'
import { requireNoHoarding } from './hoarding.ts'
import { requirePlaceQuota } from './place-limit.ts'
import { requireOnSale } from './sales-window.ts'
import { requireZone } from './tier-counts.ts'

/**
 * Says why a claim was not allowed, in the order in which a buyer can do something about it; or the zone it was for, when
 * nothing is in its way but a lack of places.
 * @throws {NotFound | NotOnSale | UserSuspended | InvalidInput | PlaceLimitReached | TooManyHolds}
 */
export async function requireClaimable(ctx: Ctx, { hold, wish }: Choice): Promise<string> {
  const performance = await requireOnSale(ctx, hold.performanceId)
  const zone = await requireZone(ctx, wish)
  await requirePlaceQuota(ctx, performance, hold.placeCount)
  await requireNoHoarding(ctx, hold)
  return zone
}
