import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import type { CheckInRow, TicketRow } from '../../db/tables/tickets.ts'

/** What decides at the door, apart from the ticket. */
export type Door = Pick<PerformanceRow, 'id' | 'status' | 'startsAt' | 'doorsAt' | 'endsAt' | 'entryRule'>

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

/** How long after its end people are let in: it may end late. */
const hoursAfterEnd = 6

/** The same, counted from its beginning, when a performance does not say when it ends. */
const hoursAfterStart = 24

/** When the doors of a performance open. */
export function doorsOpenAt({ startsAt, doorsAt }: Pick<Door, 'startsAt' | 'doorsAt'>): Date {
  if (!doorsAt) return new Date(startsAt.getTime() - doorsHours * 3_600_000)
  return doorsAt < earliestDoors(startsAt) ? earliestDoors(startsAt) : doorsAt
}

/** The earliest that doors may open. */
export function earliestDoors(startsAt: Date): Date {
  return new Date(startsAt.getTime() - 24 * 3_600_000)
}

/** From when nobody is let in any more: the performance took place. */
export function admissionEndsAt({ startsAt, endsAt }: Pick<Door, 'startsAt' | 'endsAt'>): Date {
  const [from, hours] = endsAt ? [endsAt, hoursAfterEnd] : [startsAt, hoursAfterStart]
  return new Date(from.getTime() + hours * 3_600_000)
}

/** What a scan of a genuine ticket comes to. ADMITTED and LEFT change the ticket, everything else is a refusal. */
export function judgeScan(door: Door, ticket: TicketState, scan: Scan): CheckInRow['outcome'] {
  if (ticket.performanceId !== door.id) return 'WRONG_PERFORMANCE'
  if (ticket.status === 'VOID' || ticket.serial !== scan.serial) return 'VOID'
  if (scan.direction === 'EXIT') return judgeExit(door, ticket)
  if (door.status === 'CANCELLED') return 'PERFORMANCE_CANCELLED'
  if (door.status === 'POSTPONED') return 'PERFORMANCE_POSTPONED'
  if (scan.now < doorsOpenAt(door)) return 'TOO_EARLY'
  if (scan.now >= admissionEndsAt(door)) return 'TOO_LATE'
  if (ticket.status === 'USED') return 'ALREADY_ADMITTED'
  return 'ADMITTED'
}

/** Where a ticket admits once, a scan on the way out is refused: whoever leaves should hear it before they do. */
function judgeExit(door: Door, ticket: TicketState): CheckInRow['outcome'] {
  if (door.entryRule === 'ONCE') return 'NO_REENTRY'
  return ticket.status === 'USED' ? 'LEFT' : 'NOT_INSIDE'
}
