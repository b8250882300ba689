import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { partners } from '../db/tables/partners.ts'
import { type VenueRow, venues } from '../db/tables/venues.ts'
import { containing } from './containing.ts'

export interface VenueFilter {
  partnerId?: string | null
  city?: string | null
  country?: string | null
  text?: string | null
}

/** A page of the venues that the filter lets through, by name. Those of partners that are suspended or gone are left out. */
export async function listVenues(ctx: Ctx, filter: VenueFilter, args: PageArgs): Promise<Connection<VenueRow>> {
  const page = readPage(args)
  const running = ctx.db
    .select({ id: partners.id })
    .from(partners)
    .where(inArray(partners.status, ['VERIFIED', 'RESTRICTED']))
  const rows = await ctx.db
    .select()
    .from(venues)
    .where(
      and(
        filter.partnerId ? eq(venues.partnerId, filter.partnerId) : inArray(venues.partnerId, running),
        filter.city ? sql`lower(${venues.city}) = lower(${filter.city})` : undefined,
        filter.country ? eq(venues.country, filter.country) : undefined,
        filter.text ? sql`${venues.name} ilike ${containing(filter.text)}` : undefined,
        afterCursor(page, [venues.name, venues.id], 'asc'),
      ),
    )
    .orderBy(asc(venues.name), asc(venues.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (venue) => [venue.name, venue.id])
}
