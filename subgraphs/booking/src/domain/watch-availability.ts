import { type LiveEvents, liveEvents } from '@tikitu/kit/live-events'
import { requireLoaded } from '@tikitu/kit/loader'
import type { Ctx } from '../context.ts'
import type { PerformanceRow } from '../db/tables/catalogue.ts'
import { type AvailabilityView, readVersion } from './availability.ts'
import type { AvailabilityFeed, AvailabilityState } from './availability-feed.ts'
import { requirePerformance } from './get-event.ts'

/** Which places of a performance are free now, or which sections have changed. */
export interface AvailabilityChange {
  performanceId: string
  availability: AvailabilityView
  /** Read already for all who are told the same; null for the first to be told. */
  performance: (() => Promise<PerformanceRow>) | null
  /** Whether everybody may see the performance. That is for ever: what was published is never a draft again. */
  isPublic: boolean
}

/**
 * Says which places are free, at once, and then which sections have changed since it last said so. With `since`, the first says
 * what changed after that version. However slowly it is asked: it says what is so then, and misses nothing.
 * @throws {NotFound | InvalidInput}
 */
export async function watchAvailability(
  ctx: Ctx,
  feed: AvailabilityFeed,
  { performanceId, since }: { performanceId: string; since?: string | null },
): Promise<LiveEvents<AvailabilityChange>> {
  if (since) readVersion(since)
  const { eventId } = await requirePerformance(ctx, performanceId)
  const isPublic = (await requireLoaded(ctx.load.event, eventId)).status !== 'DRAFT'
  const { wake, state } = await feed.follow(performanceId)
  let told = 0
  return liveEvents(wake, async () => {
    const now = state()
    const isFirst = told === 0
    const availability = isFirst ? await wholeOf(now, since) : changesIn(now, told)
    told = now.revision
    if (!isFirst && availability.sections.length === 0) return null
    return { performanceId, availability, performance: isFirst ? null : now.performance, isPublic }
  })
}

/** The change, when the caller may still see the performance. @throws {NotFound} */
export async function showChange(ctx: Ctx, change: AvailabilityChange): Promise<AvailabilityChange> {
  if (!change.isPublic) await requirePerformance(ctx, change.performanceId)
  return change
}

async function wholeOf(state: AvailabilityState, since: string | null | undefined): Promise<AvailabilityView> {
  return since ? await state.since(since) : { ...changesIn(state, 0), isDelta: false }
}

function changesIn({ version, nextChangeAt, sections }: AvailabilityState, told: number): AvailabilityView {
  const changed = [...sections.values()].filter(({ revision }) => revision > told)
  return { version, nextChangeAt, isDelta: true, sections: changed.toSorted((a, b) => a.section - b.section) }
}
