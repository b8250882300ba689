import { VersionConflict } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'
import { audit } from '../partners/audit.ts'
import { wordsOfVenue } from '../partners/search-index.ts'
import { lockVenue } from './lock-venue.ts'
import { publishVenue } from './publish-venue.ts'
import { columnsOf, venuePatch } from './venue-input.ts'

export type UpdateVenueInput = z.input<typeof venuePatch> & { venueId: string; expectedVersion?: number | null }

/**
 * Changes a venue. Published layouts stay as they are, even when the new capacity is below theirs.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput | VersionConflict}
 */
export async function updateVenue(ctx: Ctx, input: UpdateVenueInput): Promise<VenueRow> {
  const { location, performanceTimes, ...facts } = validateInput(venuePatch, input)
  const change = { ...facts, ...columnsOf(location) }
  return await inTransaction(ctx, async (ctx) => {
    const venue = await lockVenue(ctx, input.venueId)
    if (input.expectedVersion != null && input.expectedVersion !== venue.version) {
      throw new VersionConflict('venue', venue.version)
    }
    const isOtherZone = change.timeZone !== undefined && change.timeZone !== venue.timeZone
    const fields = Object.entries(change).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    if (fields.length === 0) return venue
    const [changed] = await ctx.db
      .update(venues)
      .set({
        ...change,
        ...wordsAfter(change, venue),
        ...(isOtherZone ? { performanceTimes } : {}),
        version: sql`${venues.version} + 1`,
      })
      .where(eq(venues.id, venue.id))
      .returning()
    if (!changed) throw new Error('nothing was updated')
    await publishVenue(ctx, changed)
    await audit(ctx, {
      action: 'updateVenue',
      subjectType: 'Venue',
      subjectId: venue.id,
      partnerId: venue.partnerId,
      changes: {
        fields,
        ...(isOtherZone ? { timeZone: { from: venue.timeZone, to: change.timeZone }, performanceTimes } : {}),
      },
    })
    return changed
  })
}

function wordsAfter({ name, city }: { name?: string; city?: string }, before: VenueRow) {
  return wordsOfVenue({ name: name ?? before.name, city: city ?? before.city })
}
