import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { emit } from '../../emit.ts'

/** What a scan, or taking one back, makes of a ticket. */
export interface AdmissionChange {
  status: TicketRow['status']
  change: Payload<'booking.admissionChanged'>['change']
  gate: string | null
}

/** Writes whether a ticket's guest is inside, and tells the others what stands. For the transaction that locked both and kept the scan. */
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

/** How many admissions of a ticket stand, and when the first of them was. */
async function standingAdmissions(ctx: Ctx, ticketId: string): Promise<{ entries: number; admittedAt: string | null }> {
  const { rows } = await ctx.db.execute<{ entries: number; admittedAt: string | Date | null }>(sql`
    /* booking.standingAdmissions */
    select count(*)::integer as entries, min(scanned_at) as "admittedAt" from check_ins
    where ticket_id = ${ticketId} and outcome = 'ADMITTED' and undone_at is null`)
  const { entries = 0, admittedAt = null } = rows[0] ?? {}
  return { entries, admittedAt: admittedAt && new Date(admittedAt).toISOString() }
}
