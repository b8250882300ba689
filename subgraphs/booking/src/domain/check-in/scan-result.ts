import type { Ctx } from '../../context.ts'
import type { CheckInRow, TicketRow } from '../../db/tables/tickets.ts'

/** A scan with what the person at the door is shown. */
export interface ScanResult {
  checkIn: CheckInRow
  ticket: TicketRow | null
  /** The admission that stood in the way, when one did. */
  earlier: CheckInRow | null
}

/** What is shown of a scan. */
export async function scanResultOf(ctx: Ctx, checkIn: CheckInRow): Promise<ScanResult> {
  const earlier = checkIn.earlierId ? await ctx.load.checkIn.load(checkIn.earlierId) : null
  return { checkIn, ticket: await scannedTicket(ctx, checkIn), earlier }
}

/** The scanned ticket, unless it is for another performance: that may be another partner's. */
export async function scannedTicket(ctx: Ctx, { ticketId, outcome }: CheckInRow): Promise<TicketRow | null> {
  return ticketId && outcome !== 'WRONG_PERFORMANCE' ? await ctx.load.ticket.load(ticketId) : null
}
