import type { Log } from '@tikitu/kit/log'
import { createRounds, type Reading, type Rounds } from '@tikitu/kit/rounds'
import { eq } from 'drizzle-orm'
import { type PerformanceRow, performances } from '../db/tables/catalogue.ts'
import { type AvailabilityView, availabilityOf, type Looking, type SectionView } from './availability.ts'

/** Which places of a performance are free, as this process last saw it. */
export interface AvailabilityState {
  /** Counts what was news. */
  revision: number
  version: string
  nextChangeAt: Date | null
  sections: ReadonlyMap<number, SectionView & { revision: number }>
  /** What changed since a version; asked once for all who come back with the same one. */
  since: (version: string) => Promise<AvailabilityView>
  /** The performance as it was when there was news, or later; read once for all who are told. */
  performance: () => Promise<PerformanceRow>
}

/** What people who watch availability share. */
export type AvailabilityFeed = Rounds<AvailabilityState>

/** Reads the availability of watched performances: one small statement each per round, however many watch. */
export function createAvailabilityFeed(
  { log, ...ctx }: Looking & { log: Log },
  options: { tickMs?: number; patienceMs?: number } = {},
): AvailabilityFeed {
  return createRounds({ ...options, log, read: (performanceId, last) => look(ctx, performanceId, last) })
}

async function look(
  ctx: Looking,
  performanceId: string,
  last: AvailabilityState | null,
): Promise<Reading<AvailabilityState>> {
  const view = await availabilityOf(ctx, { performanceId, since: last?.version })
  const { version, nextChangeAt } = view
  const changed = view.sections.filter(({ section, bitmap }) => last?.sections.get(section)?.bitmap !== bitmap)
  if (last && changed.length === 0) return { state: { ...last, version, nextChangeAt }, isNews: false }
  const revision = (last?.revision ?? 0) + 1
  const sections = new Map(last?.sections)
  for (const section of changed) sections.set(section.section, { ...section, revision })
  const shared = sharedReads(ctx, performanceId)
  return { state: { revision, version, nextChangeAt, sections, ...shared }, isNews: true }
}

const maxShared = 100

/** Begun after the state they belong to was read, so they miss nothing that it has not. */
function sharedReads(ctx: Looking, performanceId: string): Pick<AvailabilityState, 'since' | 'performance'> {
  const deltas = new Map<string, Promise<AvailabilityView>>()
  let row: Promise<PerformanceRow> | undefined
  return {
    since: (version) => {
      const known = deltas.get(version)
      if (known) return known
      const delta = availabilityOf(ctx, { performanceId, since: version })
      if (deltas.size < maxShared) deltas.set(version, delta)
      delta.catch(() => deltas.delete(version))
      return delta
    },
    performance: () => {
      row ??= readPerformance(ctx, performanceId)
      return row
    },
  }
}

async function readPerformance(ctx: Looking, id: string): Promise<PerformanceRow> {
  const [row] = await ctx.db.select().from(performances).where(eq(performances.id, id))
  return row as PerformanceRow
}
