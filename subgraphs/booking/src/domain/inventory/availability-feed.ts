import type { Log } from '@tikitu/kit/base/log'
import { markShared } from '@tikitu/kit/subscriptions/shared-execution'
import { createSharedPoller, type SharedPoller, type Snapshot } from '@tikitu/kit/subscriptions/shared-poller'
import { type AvailabilityView, availabilityOf, type Looking, type SectionView } from './availability.ts'

/** Which places of a performance are free, or which sections have changed. */
export interface AvailabilityChange {
  performanceId: string
  availability: AvailabilityView
  /** Whether it is told without asking anew who may see the performance. */
  isPublic: boolean
}

/** Which places of a performance are free, as this process last saw it. What it answers is the same object for all who ask the same. */
export interface AvailabilityState {
  /** Counts what was news. */
  revision: number
  /** What changed after a revision; everything, after 0. */
  after: (revision: number) => AvailabilityChange
  /** What changed since a version; asked once for all who come back with the same one. */
  since: (version: string) => Promise<AvailabilityChange>
}

/** What people who watch availability share. */
export type AvailabilityFeed = SharedPoller<AvailabilityState>

/** Reads the availability of watched performances: one small statement each per round, however many watch. */
export function createAvailabilityFeed(
  { log, ...ctx }: Looking & { log: Log },
  options: { intervalMs?: number; failureTimeoutMs?: number } = {},
): AvailabilityFeed {
  return createSharedPoller<Seen>({ ...options, log, read: (performanceId, last) => look(ctx, performanceId, last) })
}

/** What was seen of a performance. */
interface Seen extends AvailabilityState {
  view: AvailabilityView
  sections: ReadonlyMap<number, SectionView & { revision: number }>
}

async function look(ctx: Looking, performanceId: string, last: Seen | null): Promise<Snapshot<Seen>> {
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
  { view, sections }: Pick<Seen, 'view' | 'sections'>,
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

/** Read after the state that it belongs to, so it misses nothing that the state has not. */
function changesSince(ctx: Looking, performanceId: string): AvailabilityState['since'] {
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
