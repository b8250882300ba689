import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { type EventStream, streamChanges } from '@tikitu/kit/subscriptions/change-stream'
import type { Ctx } from '../../context.ts'
import { requirePerformance } from '../catalogue/get-event.ts'
import { readVersion } from './availability.ts'
import type { AvailabilityChange, AvailabilityFeed } from './availability-feed.ts'

/**
 * Yields the free seats, then the sections that changed since the previous event. With `since`, the first event has only the
 * changes after that version. A slow consumer gets the current state and misses nothing.
 * @throws {NotFound | InvalidInput}
 */
export async function watchAvailability(
  ctx: Ctx,
  feed: AvailabilityFeed,
  { performanceId, since }: { performanceId: string; since?: string | null },
): Promise<EventStream<AvailabilityChange>> {
  if (since) readVersion(since)
  const { eventId } = await requirePerformance(ctx, performanceId)
  const isDraft = (await requireLoaded(ctx.load.event, eventId)).status === 'DRAFT'
  const { wake, state } = await feed.subscribe(performanceId)
  let told = 0
  return streamChanges(wake, async () => {
    const now = state()
    const isFirst = told === 0
    const change = isFirst && since ? await now.since(since) : now.after(told)
    told = now.revision
    if (!isFirst && change.availability.sections.length === 0) return null
    return isDraft ? { ...change, isPublic: false } : change
  })
}

/** The change, if the performance is still visible to the caller. A published one never becomes a draft again. @throws {NotFound} */
export async function showChange(ctx: Ctx, change: AvailabilityChange): Promise<AvailabilityChange> {
  if (!change.isPublic) await requirePerformance(ctx, change.performanceId)
  return change
}
