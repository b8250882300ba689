import { InvalidState } from '@tikitu/kit/base/errors'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/**
 * Whether a performance has begun: from then on nobody cancels it or its tickets. One that was cancelled never takes place, nor
 * does one whose date was given up.
 */
export function tookPlace({ status, startsAt }: Pick<PerformanceRow, 'status' | 'startsAt'>, now: Date): boolean {
  return status !== 'CANCELLED' && status !== 'POSTPONED' && startsAt <= now
}

/** @throws {InvalidState} when the performance has begun */
export function requireNotBegun(performance: Pick<PerformanceRow, 'status' | 'startsAt'>, now: Date): void {
  if (!tookPlace(performance, now)) return
  throw new InvalidState('This performance has started. Refund as goodwill instead; the tickets stay valid.')
}
