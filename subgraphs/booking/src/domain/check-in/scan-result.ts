import type { Ctx } from '../../context.ts'
import type { CheckInRow, TicketRow } from '../../db/tables/tickets.ts'

/** A scan with what door staff see. */
export interface ScanResult {
  checkIn: CheckInRow
  ticket: TicketRow | null
  /** The earlier admission that caused the refusal, if any. */
  earlier: CheckInRow | null
}

/** A scan with the data for its display. */
export async function scanResultOf(ctx: Ctx, checkIn: CheckInRow): Promise<ScanResult> {
  const earlier = checkIn.earlierId ? await ctx.load.checkIn.load(checkIn.earlierId) : null
  return { checkIn, ticket: await scannedTicket(ctx, checkIn), earlier }
}

/** The scanned ticket; null for another performance, which may belong to another partner. */
export async function scannedTicket(ctx: Ctx, { ticketId, outcome }: CheckInRow): Promise<TicketRow | null> {
  return ticketId && outcome !== 'WRONG_PERFORMANCE' ? await ctx.load.ticket.load(ticketId) : null
}
