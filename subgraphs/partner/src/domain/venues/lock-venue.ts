import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'
import { lockPartnerAs, type Standing } from '../partners/lock-partner.ts'
import { mayPrepare } from '../partners/partner-rights.ts'
import { hidden } from '../partners/strip-internal.ts'

/**
 * Locks a partner for a manager who prepares what it will sell.
 * @throws {NotFound | Forbidden | InvalidState} the last unless the partner is verified or restricted
 */
export async function lockPreparing(ctx: Ctx, partnerId: string): Promise<Standing> {
  const standing = await lockPartnerAs(ctx, partnerId, 'MANAGER')
  const { status } = standing.partner
  if (mayPrepare(status)) return standing
  throw new InvalidState(`This requires a partner that is VERIFIED or RESTRICTED. This one is ${status}.`, { status })
}

/**
 * A venue whose partner is locked, for a manager of that partner: changes of its venues and layouts go one after the other.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockVenue(ctx: Ctx, venueId: string): Promise<VenueRow> {
  const found = await findVenue(ctx, venueId)
  await hidden('venue', venueId, lockPreparing(ctx, found?.partnerId ?? ''))
  const venue = await findVenue(ctx, venueId)
  if (!venue) throw new NotFound('venue', venueId)
  return venue
}

/** A venue as the transaction sees it; null when there is none. */
export async function findVenue(ctx: Ctx, venueId: string): Promise<VenueRow | null> {
  const [venue] = await ctx.db.select().from(venues).where(eq(venues.id, venueId))
  return venue ?? null
}
