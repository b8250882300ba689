import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { events, performances } from '../../db/tables/catalogue.ts'
import { venues } from '../../db/tables/partners.ts'

/** Details of a performance in the events of a booking. */
export type PerformanceSnapshot = Payload<'booking.confirmed'>['showing']

/** The current title, times and venue of a performance. */
export async function performanceSnapshot(ctx: Ctx, performanceId: string): Promise<PerformanceSnapshot> {
  const [found] = await ctx.db
    .select({ performance: performances, event: events, venue: venues })
    .from(performances)
    .innerJoin(events, eq(events.id, performances.eventId))
    .leftJoin(venues, eq(venues.id, performances.venueId))
    .where(eq(performances.id, performanceId))
  if (!found) throw new Error(`performance ${performanceId} is missing`)
  const { performance, event, venue } = found
  return {
    eventId: event.id,
    eventTitle: event.title,
    performanceId,
    startsAt: performance.startsAt.toISOString(),
    doorsAt: performance.doorsAt?.toISOString() ?? null,
    endsAt: performance.endsAt?.toISOString() ?? null,
    status: performance.status,
    version: performance.version,
    moveCount: performance.moveCount,
    timeZone: performance.timeZone,
    venueName: venue?.name ?? '',
    venueCity: venue?.city ?? '',
    venueAddressLines: venue?.addressLines ?? [],
  }
}
