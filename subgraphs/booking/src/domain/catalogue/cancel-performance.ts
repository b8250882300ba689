import { requireUser } from '@tikitu/kit/auth/viewer'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { CancellationRequestRow } from '../../db/tables/cancellation-requests.ts'
import { type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { needsSecondPerson } from '../cancellations/approval-limit.ts'
import type { CancelledPerformance } from '../cancellations/cancel-performance-bookings.ts'
import { recordDirectCancellation, requestCancellation } from '../cancellations/cancellation-request.ts'
import { refundableTotal } from '../cancellations/refundable-total.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { publicReason } from './event-input.ts'
import { requireNotBegun } from './has-begun.ts'
import { lockPerformanceForUpdate, readEvent } from './lock-catalogue.ts'
import { recordPerformance } from './publish-changes.ts'

const cancelPerformanceInput = z.object({ performanceId: z.string(), reason: publicReason })

/**
 * Cancels a performance that has not started; a job refunds the tickets. Above the limit a second person has to approve it, and
 * sales are paused until then. Idempotent for a performance that is cancelled or waiting for approval.
 * @throws {InvalidInput | InvalidState | NotFound | Forbidden}
 */
export async function cancelPerformance(
  ctx: Ctx,
  input: z.input<typeof cancelPerformanceInput>,
): Promise<PerformanceRow> {
  const { performanceId, reason } = validateInput(cancelPerformanceInput, input)
  const { partnerId } = await requireOwnPerformance(ctx, performanceId, 'MANAGER')
  const { userId: requestedBy } = requireUser(ctx.viewer)
  return await inTransaction(ctx, async (ctx) => {
    const performance = await lockPerformanceForUpdate(ctx, performanceId)
    if (performance.status === 'CANCELLED' || performance.cancellationRequestId) return performance
    requireNotBegun(performance, ctx.now())
    const { title } = await readEvent(ctx, performance.eventId)
    const amounts = await refundableTotal(ctx, [performanceId])
    const details = { partnerId, kind: 'PERFORMANCE' as const, subjectId: performanceId, reason, amounts, requestedBy }
    if (await needsSecondPerson(ctx, details)) {
      const { id } = await requestCancellation(ctx, details, title)
      return await setRequest(ctx, performance, id)
    }
    await recordDirectCancellation(ctx, details)
    return await writeCancellation(ctx, { performance, eventTitle: title }, { reason, cancelledBy: requestedBy })
  })
}

/** Cancels the performance of an approved request. Returns whether it was still to be cancelled. */
export async function cancelApprovedPerformance(
  ctx: Ctx,
  { subjectId, reason, requestedBy, decidedBy }: CancellationRequestRow,
): Promise<boolean> {
  const performance = await lockPerformanceForUpdate(ctx, subjectId)
  if (performance.status === 'CANCELLED') return false
  requireNotBegun(performance, ctx.now())
  const { title } = await readEvent(ctx, performance.eventId)
  const why = { reason: reason ?? '', cancelledBy: requestedBy, approvedBy: decidedBy }
  await writeCancellation(ctx, { performance, eventTitle: title }, why)
  return true
}

/** Resumes the sales of a performance after its request was rejected. */
export async function resumePerformance(ctx: Ctx, { id, subjectId }: CancellationRequestRow): Promise<void> {
  await ctx.db
    .update(performances)
    .set({ cancellationRequestId: null })
    .where(and(eq(performances.id, subjectId), eq(performances.cancellationRequestId, id)))
}

/** The reason of a cancellation, and who decided it. */
export type CancellationDecision = Omit<CancelledPerformance, 'performanceId' | 'reason'> & { reason: string }

/** Marks a performance as cancelled, and schedules the job that refunds its tickets. */
export async function writeCancellation(
  ctx: Ctx,
  { performance: before, eventTitle }: { performance: PerformanceRow; eventTitle: string },
  decision: CancellationDecision,
): Promise<PerformanceRow> {
  const performanceId = before.id
  const { reason } = decision
  const [performance] = await ctx.db
    .update(performances)
    .set({
      status: 'CANCELLED',
      cancellationReason: reason,
      cancellationRequestId: null,
      cancelledAt: ctx.now(),
      version: before.version + 1,
    })
    .where(eq(performances.id, performanceId))
    .returning()
  const cancelled = { performance: performance as PerformanceRow, eventTitle }
  await recordPerformance(ctx, cancelled, { action: 'cancelPerformance', reason })
  await addJob(ctx, {
    task: 'cancelPerformanceBookings',
    payload: { performanceId, ...decision },
    key: `cancelPerformanceBookings:${performanceId}`,
  })
  return cancelled.performance
}

async function setRequest(ctx: Ctx, { id, version }: PerformanceRow, requestId: string): Promise<PerformanceRow> {
  const [paused] = await ctx.db
    .update(performances)
    .set({ cancellationRequestId: requestId, version: version + 1 })
    .where(eq(performances.id, id))
    .returning()
  return paused as PerformanceRow
}
