import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { EventRow, PerformanceRow } from '../../db/tables/catalogue.ts'
import { venues } from '../../db/tables/partners.ts'
import { audit, emit } from '../../emit.ts'

/** An action on an event or a performance, for the audit log. */
export interface AuditedAction {
  action: string
  reason?: string | null
  changes?: Record<string, unknown>
}

/** Publishes the state of an event, and records the action in the audit log. */
export async function recordEvent(ctx: Ctx, event: EventRow, audited: AuditedAction): Promise<void> {
  const { id, version, partnerId, title, status } = event
  await emit(ctx, 'booking.eventChanged', { subject: id, data: { eventId: id, version, partnerId, title, status } })
  await audit(ctx, { ...entryOf(audited), subjectType: 'Event', subjectId: id, partnerId })
}

/** Publishes the state of a performance unless it is a draft, and records the action in the audit log. */
export async function recordPerformance(
  ctx: Ctx,
  { performance, eventTitle }: { performance: PerformanceRow; eventTitle: string },
  audited: AuditedAction,
): Promise<void> {
  if (!performance.isDraft) await announcePerformance(ctx, performance, eventTitle)
  await recordAction(ctx, performance, audited)
}

/** Publishes the state and venue of a performance. */
export async function announcePerformance(ctx: Ctx, performance: PerformanceRow, eventTitle: string): Promise<void> {
  const { id, version, eventId, partnerId, status, capacity, moveCount, moveReason, timeZone } = performance
  const [venue] = await ctx.db.select().from(venues).where(eq(venues.id, performance.venueId))
  const details = {
    moveCount,
    moveReason,
    previousStartsAt: performance.previousStartsAt?.toISOString() ?? null,
    doorsAt: performance.doorsAt?.toISOString() ?? null,
    endsAt: performance.endsAt?.toISOString() ?? null,
    salesEndAt: performance.salesEndAt.toISOString(),
    timeZone,
    venueName: venue?.name ?? '',
    venueCity: venue?.city ?? '',
    venueAddressLines: venue?.addressLines ?? [],
  }
  const startsAt = performance.startsAt.toISOString()
  const data = { performanceId: id, version, eventId, eventTitle, partnerId, status, startsAt, capacity, details }
  await emit(ctx, 'booking.performanceChanged', { subject: id, data })
}

/** Records an action on a performance in the audit log only. */
export async function recordAction(ctx: Ctx, performance: PerformanceRow, audited: AuditedAction): Promise<void> {
  const { id, partnerId } = performance
  await audit(ctx, { ...entryOf(audited), subjectType: 'Performance', subjectId: id, partnerId })
}

function entryOf(audited: AuditedAction) {
  return { action: audited.action, reason: audited.reason ?? null, changes: audited.changes ?? {} }
}
