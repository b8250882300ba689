import { InvalidState } from '@tikitu/kit/base/errors'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'

/**
 * Whether a performance has started, after which it and its tickets can no longer be cancelled. Never true for a cancelled or
 * postponed one.
 */
export function hasBegun({ status, startsAt }: Pick<PerformanceRow, 'status' | 'startsAt'>, now: Date): boolean {
  return status !== 'CANCELLED' && status !== 'POSTPONED' && startsAt <= now
}

/** @throws {InvalidState} when the performance has started */
export function requireNotBegun(performance: Pick<PerformanceRow, 'status' | 'startsAt'>, now: Date): void {
  if (!hasBegun(performance, now)) return
  throw new InvalidState('This performance has started. Refund as goodwill instead; the tickets stay valid.')
}
