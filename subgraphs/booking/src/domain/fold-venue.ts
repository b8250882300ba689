import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { venues } from '../db/tables/partners.ts'

/** Keeps what a venue is now, unless a newer state is known. */
export async function foldVenue(ctx: Ctx, fact: Payload<'partner.venueChanged'>): Promise<void> {
  const { venueId, version, partnerId, name, city, country, addressLines, timeZone } = fact
  const state = { version, partnerId, name, city, country, addressLines, timeZone }
  await ctx.db
    .insert(venues)
    .values({ id: venueId, ...state })
    .onConflictDoUpdate({ target: venues.id, set: state, setWhere: sql`${venues.version} < ${version}` })
}
