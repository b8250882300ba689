import { requireUser } from '@tikitu/kit/auth/viewer'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, asc, eq, ne } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { CancellationRequestRow } from '../../db/tables/cancellation-requests.ts'
import { type EventRow, events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { needsSecondPerson } from '../cancellations/approval-limit.ts'
import { recordDirectCancellation, requestCancellation } from '../cancellations/cancellation-request.ts'
import { refundableTotal } from '../cancellations/refundable-total.ts'
import { requireOwnEvent } from '../projections/partner-role.ts'
import { type CancellationDecision, writeCancellation } from './cancel-performance.ts'
import { publicReason } from './event-input.ts'
import { hasBegun } from './has-begun.ts'
import { lockEvent } from './lock-catalogue.ts'
import { recordEvent } from './publish-changes.ts'

const cancelEventInput = z.object({ eventId: z.string(), reason: publicReason })

/**
 * Cancels an event and its performances that have not started; a job per performance refunds the tickets. Performances that have
 * started stay unchanged, but sales stop. Above the limit a second person has to approve it, and sales are paused until then.
 * Idempotent for an event that is cancelled or waiting for approval.
 * @throws {InvalidInput | NotFound | Forbidden}
 */
export async function cancelEvent(ctx: Ctx, input: z.input<typeof cancelEventInput>): Promise<EventRow> {
  const { eventId, reason } = validateInput(cancelEventInput, input)
  const { partnerId } = await requireOwnEvent(ctx, eventId, 'MANAGER')
  const { userId: requestedBy } = requireUser(ctx.viewer)
  return await inTransaction(ctx, async (ctx) => {
    const before = await lockEvent(ctx, eventId)
    if (before.status === 'CANCELLED' || before.cancellationRequestId) return before
    const toCome = await lockUpcoming(ctx, eventId)
    const amounts = await refundableTotal(
      ctx,
      toCome.map((performance) => performance.id),
    )
    const details = { partnerId, kind: 'EVENT' as const, subjectId: eventId, reason, amounts, requestedBy }
    if (await needsSecondPerson(ctx, details)) {
      const { id } = await requestCancellation(ctx, details, before.title)
      return await updateEventRow(ctx, before, { cancellationRequestId: id })
    }
    await recordDirectCancellation(ctx, details)
    return await writeEventCancellation(ctx, { event: before, toCome }, { reason, cancelledBy: requestedBy })
  })
}

/** Cancels the event of an approved request. Returns whether it was still to be cancelled. */
export async function cancelApprovedEvent(
  ctx: Ctx,
  { subjectId, reason, requestedBy, decidedBy }: CancellationRequestRow,
): Promise<boolean> {
  const event = await lockEvent(ctx, subjectId)
  if (event.status === 'CANCELLED') return false
  const toCome = await lockUpcoming(ctx, subjectId)
  const why = { reason: reason ?? '', cancelledBy: requestedBy, approvedBy: decidedBy }
  await writeEventCancellation(ctx, { event, toCome }, why)
  return true
}

/** Resumes the sales of an event after its request was rejected. */
export async function resumeEvent(ctx: Ctx, { id, subjectId }: CancellationRequestRow): Promise<void> {
  await ctx.db
    .update(events)
    .set({ cancellationRequestId: null })
    .where(and(eq(events.id, subjectId), eq(events.cancellationRequestId, id)))
}

async function writeEventCancellation(
  ctx: Ctx,
  { event: before, toCome }: { event: EventRow; toCome: readonly PerformanceRow[] },
  decision: CancellationDecision,
): Promise<EventRow> {
  const { reason } = decision
  const change = { status: 'CANCELLED' as const, cancellationReason: reason, cancellationRequestId: null }
  const event = await updateEventRow(ctx, before, change)
  for (const performance of toCome) {
    await writeCancellation(ctx, { performance, eventTitle: event.title }, decision)
  }
  await recordEvent(ctx, event, { action: 'cancelEvent', reason })
  return event
}

async function updateEventRow(ctx: Ctx, before: EventRow, change: Partial<EventRow>): Promise<EventRow> {
  const [event] = await ctx.db
    .update(events)
    .set({ ...change, version: before.version + 1 })
    .where(eq(events.id, before.id))
    .returning()
  return event as EventRow
}

async function lockUpcoming(ctx: Ctx, eventId: string): Promise<PerformanceRow[]> {
  const rows = await ctx.db
    .select()
    .from(performances)
    .where(and(eq(performances.eventId, eventId), ne(performances.status, 'CANCELLED')))
    .orderBy(asc(performances.id))
    .for('no key update')
  return rows.filter((row) => !hasBegun(row, ctx.now()))
}
