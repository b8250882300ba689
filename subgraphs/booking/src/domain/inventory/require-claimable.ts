import { InvalidInput } from '@tikitu/kit/base/errors'
import type { Ctx } from '../../context.ts'
import { requireOnSale } from '../catalogue/sales-window.ts'
import type { SeatClaim } from './claim-adjacent.ts'
import { requireNoHoarding } from './hoarding-limit.ts'
import { requireSeatQuota } from './purchase-limit.ts'
import { requireZones } from './tier-counts.ts'

/**
 * Names the refusal that the buyer can act on first. If only seats are missing, returns the zones of the request: one zone, unless
 * the seats may cross zones.
 * @throws {NotFound | NotOnSale | UserSuspended | InvalidInput | SeatLimitReached | TooManyHolds}
 */
export async function requireClaimable(
  ctx: Ctx,
  { hold, request }: SeatClaim,
  { mayCrossZones = false }: { mayCrossZones?: boolean } = {},
): Promise<[zone: string, ...others: string[]]> {
  const performance = await requireOnSale(ctx, hold.performanceId)
  const [zone = '', ...others] = await requireZones(ctx, request)
  if (others.length > 0 && !mayCrossZones) {
    throw new InvalidInput([{ field: 'tiers', message: 'must all be in one zone; create one hold per zone' }])
  }
  await requireSeatQuota(ctx, performance, hold.seatCount)
  await requireNoHoarding(ctx, hold)
  return [zone, ...others]
}
