import { tzlib_get_ical_block, tzlib_get_timezones } from 'timezones-ical-library'

/** A time zone with its rules, for a calendar. */
export interface CalendarZone {
  /** The TZID. */
  name: string
  /** The VTIMEZONE (RFC 5545, 3.6.5). */
  rules: string
}

const known: ReadonlySet<string> = new Set(JSON.parse(tzlib_get_timezones(true)) as string[])

/** The rules of an IANA time zone; null for UTC, which needs none, and for a zone that is not known. */
export function vtimezoneOf(timeZone: string): CalendarZone | null {
  if (/^(Etc\/)?(UTC|GMT|UCT|Zulu)$/.test(timeZone) || !known.has(timeZone)) return null
  const [rules, line] = tzlib_get_ical_block(timeZone)
  return rules && line ? { rules, name: line.replace(/^TZID=/, '') } : null
}
