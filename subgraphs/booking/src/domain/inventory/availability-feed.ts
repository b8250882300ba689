import type { Log } from '@tikitu/kit/base/log'
import { markShared } from '@tikitu/kit/subscriptions/shared-execution'
import { createSharedPoller, type SharedPoller, type Snapshot } from '@tikitu/kit/subscriptions/shared-poller'
import { type AvailabilityContext, type AvailabilityView, availabilityOf, type SectionView } from './availability.ts'

/** Free seats of a performance: all sections, or the changed ones. */
export interface AvailabilityChange {
  performanceId: string
  availability: AvailabilityView
  /** Whether it can be sent without checking the visibility of the performance again. */
  isPublic: boolean
}

/** Availability of a performance as last polled. Equal requests get the same object. */
export interface AvailabilityState {
  /** Increases with every change. */
  revision: number
  /** Changes after a revision; everything for 0. */
  after: (revision: number) => AvailabilityChange
  /** Changes since a version, read once for all clients that reconnect with it. */
  since: (version: string) => Promise<AvailabilityChange>
}

/** The poller shared by all subscribers of availability. */
export type AvailabilityFeed = SharedPoller<AvailabilityState>

/** Polls the availability of watched performances with one small statement each, regardless of the number of subscribers. */
export function createAvailabilityFeed(
  { log, ...ctx }: AvailabilityContext & { log: Log },
  options: { intervalMs?: number; failureTimeoutMs?: number } = {},
): AvailabilityFeed {
  return createSharedPoller<FeedState>({
    ...options,
    log,
    read: (performanceId, last) => look(ctx, performanceId, last),
  })
}

/** The last state that was read. */
interface FeedState extends AvailabilityState {
  view: AvailabilityView
  sections: ReadonlyMap<number, SectionView & { revision: number }>
}

async function look(
  ctx: AvailabilityContext,
  performanceId: string,
  last: FeedState | null,
): Promise<Snapshot<FeedState>> {
  const view = await availabilityOf(ctx, { performanceId, since: last?.view.version })
  const changed = view.sections.filter(({ section, bitmap }) => last?.sections.get(section)?.bitmap !== bitmap)
  if (last && changed.length === 0) {
    const { revision, sections, since } = last
    return {
      state: { revision, view, sections, since, after: changesIn(performanceId, { view, sections }) },
      hasChanged: false,
    }
  }
  const revision = (last?.revision ?? 0) + 1
  const sections = new Map(last?.sections)
  for (const section of changed) sections.set(section.section, { ...section, revision })
  const since = changesSince(ctx, performanceId)
  return {
    state: { revision, view, sections, since, after: changesIn(performanceId, { view, sections }) },
    hasChanged: true,
  }
}

function changesIn(
  performanceId: string,
  { view, sections }: Pick<FeedState, 'view' | 'sections'>,
): AvailabilityState['after'] {
  const changes = new Map<number, AvailabilityChange>()
  return (revision) => {
    const known = changes.get(revision)
    if (known) return known
    const changed = [...sections.values()].filter((each) => each.revision > revision)
    const inOrder = changed.toSorted((a, b) => a.section - b.section)
    const change = changeFor(performanceId, { ...view, isDelta: revision > 0, sections: inOrder })
    changes.set(revision, change)
    return change
  }
}

const maxShared = 100

/** Read after the state it belongs to, so nothing is missed between the two. */
function changesSince(ctx: AvailabilityContext, performanceId: string): AvailabilityState['since'] {
  const changes = new Map<string, Promise<AvailabilityChange>>()
  return (since) => {
    const known = changes.get(since)
    if (known) return known
    const change = availabilityOf(ctx, { performanceId, since }).then((view) => changeFor(performanceId, view))
    if (changes.size < maxShared) changes.set(since, change)
    change.catch(() => changes.delete(since))
    return change
  }
}

function changeFor(performanceId: string, availability: AvailabilityView): AvailabilityChange {
  return markShared({ performanceId, availability, isPublic: true })
}
