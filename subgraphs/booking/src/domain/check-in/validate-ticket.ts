import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { readTicketCode } from '../tickets/ticket-code.ts'
import { judgeScan } from './entry-rule.ts'
import type { ScanOutcome } from './scan-message.ts'

/** What a scan would come to, and of which ticket: null when the code is not one of ours. */
export interface ScanVerdict extends ScanOutcome {
  ticket: TicketRow | null
}

/**
 * Says what a scan on the way in would come to at this moment. Admits nobody and keeps nothing.
 * @throws {NotFound | Forbidden} when the caller is no scanner of the performance's partner
 */
export async function validateTicket(ctx: Ctx, input: { performanceId: string; code: string }): Promise<ScanVerdict> {
  const performance = await requireOwnPerformance(ctx, input.performanceId, 'SCANNER')
  const { performanceId } = input
  const claims = await readTicketCode(ctx, input.code)
  if (!claims) return { outcome: 'NOT_GENUINE', performanceId, ticket: null }
  const [ticket] = await ctx.db.select().from(tickets).where(eq(tickets.id, claims.ticketId))
  if (!ticket) return { outcome: 'NOT_GENUINE', performanceId, ticket: null }
  const scan = { direction: 'ENTRY' as const, serial: claims.serial, now: ctx.now() }
  const outcome = judgeScan(performance, ticket, scan)
  return { outcome, performanceId, ticket: outcome === 'WRONG_PERFORMANCE' ? null : ticket }
}
