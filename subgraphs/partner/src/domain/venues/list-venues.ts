import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { foldedName } from '@tikitu/kit/search/fold-text'
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partners } from '../../db/tables/partners.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'
import { maySeeInside } from '../partners/get-partner.ts'
import { hasWords } from '../partners/has-words.ts'
import { isShown } from '../partners/partner-rights.ts'

export interface VenueFilter {
  partnerId?: string | null
  city?: string | null
  country?: string | null
  text?: string | null
}

/**
 * A page of the venues that match the filter, by name. Excludes those of suspended and terminated partners, except for
 * members who filter by that partner.
 */
export async function listVenues(ctx: Ctx, filter: VenueFilter, args: PageArgs): Promise<Connection<VenueRow>> {
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [venues.name, venues.id], 'asc')
  const rows = await ctx.db
    .select()
    .from(venues)
    .where(
      and(
        await ofShownPartners(ctx, filter.partnerId),
        filter.city ? eq(venues.foldedCity, foldedName(filter.city)) : undefined,
        filter.country ? eq(venues.country, filter.country) : undefined,
        filter.text ? hasWords(venues.searchable, filter.text) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (venue) => [venue.name, venue.id])
}

/** A venue, unless its partner is suspended or terminated; members of the partner and staff see it in any case. */
export async function getVenue(ctx: Ctx, id: string): Promise<VenueRow | null> {
  const venue = await ctx.load.venue.load(id)
  return venue && (await isVisible(ctx, venue.partnerId)) ? venue : null
}

/**
 * Whether the caller can see a partner's venues and layouts. The viewer is read only where it matters, so that other
 * responses can be cached.
 */
export async function isVisible(ctx: Ctx, partnerId: string): Promise<boolean> {
  const partner = await ctx.load.partner.load(partnerId)
  return partner !== null && (isShown(partner.status) || (await maySeeInside(ctx, partnerId)))
}

async function ofShownPartners(ctx: Ctx, partnerId: string | null | undefined): Promise<SQL> {
  if (partnerId) return (await isVisible(ctx, partnerId)) ? eq(venues.partnerId, partnerId) : sql`false`
  const shown = ctx.db
    .select({ id: partners.id })
    .from(partners)
    .where(inArray(partners.status, ['VERIFIED', 'RESTRICTED']))
  return inArray(venues.partnerId, shown)
}
