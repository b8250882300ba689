import type { CheckInRow } from '../db/tables/tickets.ts'

/** What the person at the door is told, one sentence for each outcome. */
export const scanMessages: Readonly<Record<CheckInRow['outcome'], string>> = {
  ADMITTED: 'Let the guest in.',
  LEFT: 'The guest may come in again with this ticket.',
  ALREADY_ADMITTED: 'Somebody was let in with this ticket before: look at when and where.',
  NOT_INSIDE: 'Nobody is inside with this ticket.',
  NO_REENTRY: 'This ticket lets in once: whoever leaves cannot come back with it.',
  VOID: 'This ticket is void: it was cancelled, or replaced by a newer code.',
  WRONG_PERFORMANCE: 'This ticket is for another performance: look at its date and door.',
  PERFORMANCE_CANCELLED: 'This performance was cancelled.',
  PERFORMANCE_POSTPONED: 'This performance was postponed: the ticket is valid for the new date.',
  NOT_GENUINE: 'This is not one of our tickets: let the guest show another code, or ask the box office.',
  TOO_EARLY: 'The doors are not open yet.',
  TOO_LATE: 'This performance is over: look at the date of the ticket.',
}
