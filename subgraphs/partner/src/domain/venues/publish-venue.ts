import type { Ctx } from '../../context.ts'
import type { VenueRow } from '../../db/tables/venues.ts'
import { emit } from '../../emit.ts'

/** Publishes the whole state of a venue. */
export async function publishVenue(ctx: Ctx, venue: VenueRow): Promise<void> {
  const { id: venueId, version, partnerId, name, city, country, timeZone, performanceTimes } = venue
  const postalLine = [venue.postalCode, city].filter(Boolean).join(' ')
  await emit(ctx, 'partner.venueChanged', {
    subject: venueId,
    data: {
      venueId,
      version,
      partnerId,
      name,
      city,
      country,
      addressLines: [...venue.addressLines, postalLine],
      timeZone,
      performanceTimes,
    },
  })
}
