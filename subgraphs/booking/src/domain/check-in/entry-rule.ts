import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import type { CheckInRow, TicketRow } from '../../db/tables/tickets.ts'

/** The performance, as far as admission depends on it. */
export type Door = Pick<PerformanceRow, 'id' | 'status' | 'startsAt' | 'doorsAt' | 'endsAt' | 'entryRule'>

/** The ticket, as far as admission depends on it. */
export type TicketState = Pick<TicketRow, 'performanceId' | 'serial' | 'status'>

/** Direction, code serial and time of a scan. */
export interface Scan {
  direction: CheckInRow['direction']
  serial: number
  now: Date
}

/** Default door time, in hours before the start. */
export const doorsHours = 2

/** How long after the end guests are admitted, as performances may run late. */
const hoursAfterEnd = 6

/** The same from the start, for a performance without an end time. */
const hoursAfterStart = 24

/** When the doors of a performance open. */
export function doorsOpenAt({ startsAt, doorsAt }: Pick<Door, 'startsAt' | 'doorsAt'>): Date {
  if (!doorsAt) return new Date(startsAt.getTime() - doorsHours * 3_600_000)
  return doorsAt < earliestDoors(startsAt) ? earliestDoors(startsAt) : doorsAt
}

/** The earliest time at which doors may open. */
export function earliestDoors(startsAt: Date): Date {
  return new Date(startsAt.getTime() - 24 * 3_600_000)
}

/** When admission closes after the performance. */
export function admissionEndsAt({ startsAt, endsAt }: Pick<Door, 'startsAt' | 'endsAt'>): Date {
  const [from, hours] = endsAt ? [endsAt, hoursAfterEnd] : [startsAt, hoursAfterStart]
  return new Date(from.getTime() + hours * 3_600_000)
}

/** The result of scanning a genuine ticket. ADMITTED and LEFT change the ticket; everything else is a refusal. */
export function evaluateScan(door: Door, ticket: TicketState, scan: Scan): CheckInRow['outcome'] {
  if (ticket.performanceId !== door.id) return 'WRONG_PERFORMANCE'
  if (ticket.status === 'VOID' || ticket.serial !== scan.serial) return 'VOID'
  if (scan.direction === 'EXIT') return evaluateExit(door, ticket)
  if (door.status === 'CANCELLED') return 'PERFORMANCE_CANCELLED'
  if (door.status === 'POSTPONED') return 'PERFORMANCE_POSTPONED'
  if (scan.now < doorsOpenAt(door)) return 'TOO_EARLY'
  if (scan.now >= admissionEndsAt(door)) return 'TOO_LATE'
  if (ticket.status === 'USED') return 'ALREADY_ADMITTED'
  return 'ADMITTED'
}

/** Without re-entry an exit scan is refused, so that guests learn it before they leave. */
function evaluateExit(door: Door, ticket: TicketState): CheckInRow['outcome'] {
  if (door.entryRule === 'ONCE') return 'NO_REENTRY'
  return ticket.status === 'USED' ? 'LEFT' : 'NOT_INSIDE'
}
