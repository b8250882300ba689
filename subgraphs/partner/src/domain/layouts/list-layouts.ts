import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type LayoutRow, layouts, type VenueRow } from '../../db/tables/venues.ts'
import { maySeeDrafts } from './layout-rows.ts'

/** A page of a venue's layouts, newest first, including drafts for those who may see them. */
export async function listLayouts(ctx: Ctx, venue: VenueRow, args: PageArgs): Promise<Connection<LayoutRow>> {
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [layouts.id], 'desc')
  const visible = (await maySeeDrafts(ctx, venue.partnerId)) ? undefined : eq(layouts.status, 'PUBLISHED')
  const rows = await ctx.db
    .select()
    .from(layouts)
    .where(and(eq(layouts.venueId, venue.id), visible, where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (layout) => [layout.id])
}
