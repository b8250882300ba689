import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Ctx } from '../../context.ts'
import { requireOnSale } from '../catalogue/sales-window.ts'
import type { Choice } from './claim-adjacent.ts'
import { requireNoHoarding } from './hoarding-limit.ts'
import { requirePlaceQuota } from './purchase-limit.ts'
import { requireZones } from './tier-counts.ts'

/**
 * Says why a claim was not allowed, in the order in which a buyer can do something about it; or the zones it was for, when
 * nothing is in its way but a lack of places. It may be for one zone only, unless its seats may be across a border of zones.
 * @throws {NotFound | NotOnSale | UserSuspended | InvalidInput | PlaceLimitReached | TooManyHolds}
 */
export async function requireClaimable(
  ctx: Ctx,
  { hold, wish }: Choice,
  { mayCrossZones = false }: { mayCrossZones?: boolean } = {},
): Promise<[zone: string, ...others: string[]]> {
  const performance = await requireOnSale(ctx, hold.performanceId)
  const [zone = '', ...others] = await requireZones(ctx, wish)
  if (others.length > 0 && !mayCrossZones) {
    throw new InvalidInput([{ field: 'tiers', message: 'must all be in one zone; create one hold per zone' }])
  }
  await requirePlaceQuota(ctx, performance, hold.placeCount)
  await requireNoHoarding(ctx, hold)
  return [zone, ...others]
}
