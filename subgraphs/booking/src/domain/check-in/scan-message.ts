import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import type { CheckInRow } from '../../db/tables/tickets.ts'
import { doorsOpenAt } from './entry-rule.ts'

/** Result of a scan, and its performance. */
export type ScanOutcome = Pick<CheckInRow, 'outcome' | 'performanceId'>

/** Message for door staff. A scan that is too early gets the door time in the venue's time zone. */
export async function scanMessage(ctx: Ctx, { outcome, performanceId }: ScanOutcome): Promise<string> {
  if (outcome !== 'TOO_EARLY') return scanMessages[outcome]
  const performance = await requireLoaded(ctx.load.performance, performanceId)
  return `${scanMessages.TOO_EARLY} They open ${doorsTime(performance)}.`
}

function doorsTime(performance: PerformanceRow): string {
  const { timeZone } = performance
  const doors = doorsOpenAt(performance)
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(doors)
  return `on ${new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long' }).format(doors)} at ${time}`
}

const scanMessages: Readonly<Record<CheckInRow['outcome'], string>> = {
  ADMITTED: 'Let the guest in.',
  LEFT: 'The guest may come in again with this ticket.',
  ALREADY_ADMITTED: 'This ticket has already been used. Check when and where.',
  NOT_INSIDE: 'Nobody is inside with this ticket.',
  NO_REENTRY: 'This ticket does not allow re-entry.',
  VOID: 'This ticket is void. It was cancelled or replaced by a newer code.',
  WRONG_PERFORMANCE: 'This ticket is for another performance. Check its date and door.',
  PERFORMANCE_CANCELLED: 'This performance was cancelled.',
  PERFORMANCE_POSTPONED: 'This performance was postponed. The ticket is valid for the new date.',
  NOT_GENUINE: 'This is not a valid ticket. Ask the guest for another code, or send them to the box office.',
  TOO_EARLY: 'The doors are not open yet.',
  TOO_LATE: 'This performance is over. Check the date on the ticket.',
}
