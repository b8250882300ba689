import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type TicketRow, tickets } from '../../db/tables/tickets.ts'
import { requireOwnPerformance } from '../projections/partner-role.ts'
import { readTicketCode } from '../tickets/ticket-code.ts'
import { evaluateScan } from './entry-rule.ts'
import type { ScanOutcome } from './scan-message.ts'

/** Expected result of a scan, and its ticket; null when the code is not genuine. */
export interface ScanVerdict extends ScanOutcome {
  ticket: TicketRow | null
}

/**
 * The result that an entry scan would have now. Admits nobody and stores nothing.
 * @throws {NotFound | Forbidden} when the caller is not a scanner of the performance's partner
 */
export async function validateTicket(ctx: Ctx, input: { performanceId: string; code: string }): Promise<ScanVerdict> {
  const performance = await requireOwnPerformance(ctx, input.performanceId, 'SCANNER')
  const { performanceId } = input
  const claims = await readTicketCode(ctx, input.code)
  if (!claims) return { outcome: 'NOT_GENUINE', performanceId, ticket: null }
  const [ticket] = await ctx.db.select().from(tickets).where(eq(tickets.id, claims.ticketId))
  if (!ticket) return { outcome: 'NOT_GENUINE', performanceId, ticket: null }
  const scan = { direction: 'ENTRY' as const, serial: claims.serial, now: ctx.now() }
  const outcome = evaluateScan(performance, ticket, scan)
  return { outcome, performanceId, ticket: outcome === 'WRONG_PERFORMANCE' ? null : ticket }
}
