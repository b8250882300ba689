import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type CheckInRow, checkIns, type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { audit } from '../../emit.ts'
import { readPerformance } from '../catalogue/lock-catalogue.ts'
import { lockPerformanceForShare } from '../catalogue/lock-performance-for-share.ts'
import { hasPartnerRole, requireOwnPerformance } from '../projections/partner-role.ts'
import { changeAdmission } from './admission.ts'
import { lastAdmission } from './check-in.ts'

/**
 * Undoes the latest admission of a ticket, for example after scanning the wrong guest. Idempotent.
 * @throws {NotFound} @throws {InvalidState} when it admitted nobody, or is not the latest
 */
export async function undoCheckIn(ctx: Ctx, input: { checkInId: string; reason?: string | null }): Promise<CheckInRow> {
  const scan = await ctx.load.checkIn.load(input.checkInId)
  const performance = scan && (await ctx.load.performance.load(scan.performanceId))
  if (!performance || !(await hasPartnerRole(ctx, performance.partnerId, 'SCANNER'))) {
    throw new NotFound('check-in', input.checkInId)
  }
  await requireOwnPerformance(ctx, performance.id, 'SCANNER')
  return await inTransaction(ctx, async (ctx) => {
    await lockPerformanceForShare(ctx, performance.id)
    const { undo, ticket } = await lockAdmission(ctx, input.checkInId)
    if (undo.undoneAt) return undo
    if (ticket.status !== 'USED' || (await lastAdmission(ctx, ticket.id))?.id !== undo.id) {
      throw new InvalidState('Only the latest admission of a guest who is still inside can be undone.')
    }
    await audit(ctx, {
      action: 'undoCheckIn',
      subjectType: 'Ticket',
      subjectId: ticket.id,
      partnerId: performance.partnerId,
      reason: input.reason?.trim() || null,
      changes: { checkInId: undo.id, gate: undo.gate },
    })
    const undone = await undoIt(ctx, undo)
    const door = { ticket, performance: await readPerformance(ctx, performance.id) }
    await changeAdmission(ctx, door, { status: 'VALID', change: 'UNDONE', gate: undo.gate })
    return undone
  })
}

/** Locks the ticket first, as every scan does, then reads the scan. */
async function lockAdmission(ctx: Ctx, id: string): Promise<{ undo: CheckInRow; ticket: TicketRow }> {
  const [found] = await ctx.db
    .select({ ticket: tickets })
    .from(tickets)
    .innerJoin(checkIns, eq(checkIns.ticketId, tickets.id))
    .where(eq(checkIns.id, id))
    .for('update', { of: tickets })
  const [undo] = await ctx.db.select().from(checkIns).where(eq(checkIns.id, id))
  if (!found || undo?.outcome !== 'ADMITTED') throw new InvalidState('This scan did not admit anyone.')
  return { undo, ticket: found.ticket }
}

async function undoIt(ctx: Ctx, undo: CheckInRow): Promise<CheckInRow> {
  const [undone] = await ctx.db
    .update(checkIns)
    .set({ undoneAt: ctx.now(), undoneBy: requireUser(ctx.viewer).userId })
    .where(eq(checkIns.id, undo.id))
    .returning()
  ctx.load.checkIn.clear(undo.id)
  return undone as CheckInRow
}
