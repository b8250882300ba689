import { InvalidState } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { admissionEndsAt } from '../check-in/entry-rule.ts'
import { undoAdmissions } from '../check-in/undo-admissions.ts'
import { readEvent } from './lock-catalogue.ts'
import { recordPerformance } from './publish-changes.ts'

/** The columns that a move changes, and its audit action. */
export interface PerformanceMove {
  action: 'reschedulePerformance' | 'postponePerformance'
  reason: string | null
  columns: Partial<PerformanceRow> & Pick<PerformanceRow, 'status'>
}

/**
 * Moves a performance to another date, or to none, and undoes admissions to the old date. Runs in the transaction that locked the
 * performance. @throws {InvalidState} when its event was cancelled
 */
export async function movePerformance(
  ctx: Ctx,
  before: PerformanceRow,
  move: PerformanceMove,
): Promise<PerformanceRow> {
  const { action, reason, columns } = move
  const { title, status } = await readEvent(ctx, before.eventId)
  if (status === 'CANCELLED') throw new InvalidState('This event was cancelled, so its performances cannot be moved.')
  const [performance] = await ctx.db
    .update(performances)
    .set({
      ...columns,
      // The reason for a postponement also explains the new date.
      moveReason: reason ?? (before.status === 'POSTPONED' ? before.moveReason : null),
      previousStartsAt: before.startsAt,
      moveCount: before.moveCount + 1,
      movedAt: ctx.now(),
      version: before.version + 1,
    })
    .where(eq(performances.id, before.id))
    .returning()
  const moved = performance as PerformanceRow
  const admissionsUndone = await undoAdmissions(ctx, before.id)
  const changes = {
    status: { from: before.status, to: moved.status },
    startsAt: { from: before.startsAt, to: moved.startsAt },
    admissionsUndone,
  }
  await recordPerformance(ctx, { performance: moved, eventTitle: title }, { action, reason, changes })
  return moved
}

/** @throws {InvalidState} when the performance was cancelled, or has already taken place */
export function requireMovable(performance: PerformanceRow, now: Date): void {
  if (performance.status === 'CANCELLED') {
    throw new InvalidState('This performance was cancelled. Create a new one instead.')
  }
  if (performance.status !== 'POSTPONED' && now >= admissionEndsAt(performance)) {
    throw new InvalidState('This performance has already taken place. Create a new one instead.')
  }
}
