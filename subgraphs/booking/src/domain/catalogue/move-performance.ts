import { InvalidState } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { admissionEndsAt } from '../check-in/entry-rule.ts'
import { undoAdmissions } from '../check-in/undo-admissions.ts'
import { readEvent } from './lock-catalogue.ts'
import { recordPerformance } from './publish-changes.ts'

/** What a move makes of a performance, and how the audit log calls it. */
export interface Move {
  action: 'reschedulePerformance' | 'postponePerformance'
  reason: string | null
  columns: Partial<PerformanceRow> & Pick<PerformanceRow, 'status'>
}

/**
 * Writes that a performance has another date, or none any more. Admissions to the date that does not take place are taken
 * back. For the transaction that locked the performance. @throws {InvalidState} when its event was cancelled
 */
export async function movePerformance(ctx: Ctx, before: PerformanceRow, move: Move): Promise<PerformanceRow> {
  const { action, reason, columns } = move
  const { title, status } = await readEvent(ctx, before.eventId)
  if (status === 'CANCELLED') throw new InvalidState('This event was cancelled, so its performances cannot be moved.')
  const [performance] = await ctx.db
    .update(performances)
    .set({
      ...columns,
      // What was said when the date was given up still explains the new one.
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

/** Refuses to move what is cancelled, or took place. @throws {InvalidState} */
export function requireMovable(performance: PerformanceRow, now: Date): void {
  if (performance.status === 'CANCELLED') {
    throw new InvalidState('This performance was cancelled. Create a new one instead.')
  }
  if (performance.status !== 'POSTPONED' && now >= admissionEndsAt(performance)) {
    throw new InvalidState('This performance has already taken place. Create a new one instead.')
  }
}
