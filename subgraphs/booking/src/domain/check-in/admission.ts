import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { emit } from '../../emit.ts'

/** The effect of a scan, or of undoing one, on a ticket. */
export interface AdmissionChange {
  status: TicketRow['status']
  change: Payload<'booking.admissionChanged'>['change']
  gate: string | null
}

/** Stores whether the guest is inside, and emits the current admissions. Runs in the transaction that locked the ticket and stored the scan. */
export async function changeAdmission(
  ctx: Ctx,
  { ticket, performance }: { ticket: TicketRow; performance: PerformanceRow },
  { status, change, gate }: AdmissionChange,
): Promise<void> {
  const version = ticket.admissionVersion + 1
  await ctx.db.update(tickets).set({ status, admissionVersion: version }).where(eq(tickets.id, ticket.id))
  const { id: ticketId, bookingId, performanceId } = ticket
  const { partnerId, moveCount } = performance
  const facts = { ticketId, version, bookingId, performanceId, partnerId, change, moveCount, gate }
  const standing = await standingAdmissions(ctx, ticketId)
  await emit(ctx, 'booking.admissionChanged', {
    subject: ticketId,
    data: { ...facts, isInside: status === 'USED', ...standing },
  })
  await notifyWatchers(ctx, bookingId)
  ctx.load.ticket.clear(ticketId)
}

/** The number of admissions that were not undone, and the time of the first. */
async function standingAdmissions(ctx: Ctx, ticketId: string): Promise<{ entries: number; admittedAt: string | null }> {
  const { rows } = await ctx.db.execute<{ entries: number; admittedAt: string | Date | null }>(sql`
    /* booking.standingAdmissions */
    select count(*)::integer as entries, min(scanned_at) as "admittedAt" from check_ins
    where ticket_id = ${ticketId} and outcome = 'ADMITTED' and undone_at is null`)
  const { entries = 0, admittedAt = null } = rows[0] ?? {}
  return { entries, admittedAt: admittedAt && new Date(admittedAt).toISOString() }
}
