import { type CalendarEntry, calendarContentType, calendarFile } from '@tikitu/ticket-pdf/calendar'
import type { Attachment } from '../channels/channel.ts'
import type { Reader } from './kind.ts'

type CalendarFacts = Pick<CalendarEntry, 'performanceId' | 'showing' | 'organizer' | 'url'> & { isCancelled?: boolean }

/** The performance for the reader's calendar, or taken out of it; none for somebody without an account, who has no tickets. */
export function calendarAttachment(facts: CalendarFacts, { userId, supportEmail, locale }: Reader): Attachment[] {
  if (!userId) return []
  const entry = { ...facts, userId, organizerEmail: supportEmail, locale }
  return [{ filename: 'event.ics', contentType: calendarContentType(entry), content: Buffer.from(calendarFile(entry)) }]
}
