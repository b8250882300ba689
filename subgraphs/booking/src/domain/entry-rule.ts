import type { PerformanceRow } from '../db/tables/catalogue.ts'
import type { CheckInRow, TicketRow } from '../db/tables/tickets.ts'

/** What decides at the door, apart from the ticket. */
export type Door = Pick<PerformanceRow, 'id' | 'status' | 'startsAt' | 'doorsAt' | 'entryRule'>

/** The state of a ticket, as far as the door asks. */
export type TicketState = Pick<TicketRow, 'performanceId' | 'serial' | 'status'>

/** A scan: in which direction, with which of the ticket's codes, and when. */
export interface Scan {
  direction: CheckInRow['direction']
  serial: number
  now: Date
}

/** How long before it begins people are let in, when a performance does not say when its doors open. */
export const doorsHours = 2

/** When the doors of a performance open. */
export function doorsOpenAt(door: Pick<Door, 'startsAt' | 'doorsAt'>): Date {
  return door.doorsAt ?? new Date(door.startsAt.getTime() - doorsHours * 3_600_000)
}

/** What a scan of a genuine ticket comes to. ADMITTED and LEFT change the ticket, everything else is a refusal. */
export function judgeScan(door: Door, ticket: TicketState, scan: Scan): CheckInRow['outcome'] {
  if (ticket.performanceId !== door.id) return 'WRONG_PERFORMANCE'
  if (ticket.status === 'VOID' || ticket.serial !== scan.serial) return 'VOID'
  if (scan.direction === 'EXIT') return judgeExit(door, ticket)
  if (door.status === 'CANCELLED') return 'PERFORMANCE_CANCELLED'
  if (scan.now < doorsOpenAt(door)) return 'TOO_EARLY'
  if (ticket.status === 'USED') return 'ALREADY_ADMITTED'
  return 'ADMITTED'
}

/** Where a ticket admits once, a scan on the way out is refused: whoever leaves should hear it before they do. */
function judgeExit(door: Door, ticket: TicketState): CheckInRow['outcome'] {
  if (door.entryRule === 'ONCE') return 'NO_REENTRY'
  return ticket.status === 'USED' ? 'LEFT' : 'NOT_INSIDE'
}
