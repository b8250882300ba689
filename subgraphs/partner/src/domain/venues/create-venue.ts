import { NotFound } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type VenueRow, venues } from '../../db/tables/venues.ts'
import { audit } from '../partners/audit.ts'
import { wordsOfVenue } from '../partners/search-index.ts'
import { findVenue, lockEditablePartner } from './lock-venue.ts'
import { publishVenue } from './publish-venue.ts'
import { columnsOf, newVenue } from './venue-input.ts'

export type CreateVenueInput = z.input<typeof newVenue> & { partnerId: string; idempotencyKey?: string | null }

/** Adds a venue to a verified or restricted partner. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function createVenue(ctx: Ctx, input: CreateVenueInput): Promise<VenueRow> {
  const { location, ...facts } = validateInput(newVenue, input)
  return await idempotent(
    ctx,
    { operation: 'createVenue', input },
    {
      authorize: (ctx) => lockEditablePartner(ctx, input.partnerId),
      load: requireVenue,
      act: async (ctx, { partner }) => {
        const [venue] = await ctx.db
          .insert(venues)
          .values({
            ...facts,
            ...columnsOf(location),
            ...wordsOfVenue(facts),
            id: ctx.newId('ven'),
            partnerId: partner.id,
            createdAt: ctx.now(),
          })
          .returning()
        if (!venue) throw new Error('nothing was inserted')
        await publishVenue(ctx, venue)
        await audit(ctx, {
          action: 'createVenue',
          subjectType: 'Venue',
          subjectId: venue.id,
          partnerId: partner.id,
          changes: { name: venue.name, city: venue.city, capacity: venue.capacity },
        })
        return venue
      },
    },
  )
}

async function requireVenue(ctx: Ctx, id: string): Promise<VenueRow> {
  const venue = await findVenue(ctx, id)
  if (!venue) throw new NotFound('venue', id)
  return venue
}
