import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'
import { lockPartnerAs, type Membership } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import { isEditable } from '../partners/partner-rights.ts'

/**
 * Locks a partner for a manager who changes its venues or layouts.
 * @throws {NotFound | Forbidden | InvalidState} the last unless the partner is verified or restricted
 */
export async function lockEditablePartner(ctx: Ctx, partnerId: string): Promise<Membership> {
  const membership = await lockPartnerAs(ctx, partnerId, 'MANAGER')
  const { status } = membership.partner
  if (isEditable(status)) return membership
  throw new InvalidState(`This requires a partner that is VERIFIED or RESTRICTED. This one is ${status}.`, { status })
}

/**
 * Locks the partner of a venue for a manager: changes of its venues and layouts are serialized.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function lockVenue(ctx: Ctx, venueId: string): Promise<VenueRow> {
  const found = await findVenue(ctx, venueId)
  await notFoundAs('venue', venueId, lockEditablePartner(ctx, found?.partnerId ?? ''))
  const venue = await findVenue(ctx, venueId)
  if (!venue) throw new NotFound('venue', venueId)
  return venue
}

/** A venue as the transaction sees it; null when there is none. */
export async function findVenue(ctx: Ctx, venueId: string): Promise<VenueRow | null> {
  const [venue] = await ctx.db.select().from(venues).where(eq(venues.id, venueId))
  return venue ?? null
}
