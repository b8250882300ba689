/** The instant of the local time `local` (`2027-03-01T19:30`) in `timeZone`. A time that a clock change skips is one hour later. */
export function instantOf(local: string, timeZone: string): Date {
  const wanted = Date.parse(`${local}Z`)
  let instant = wanted
  // The first guess may have the offset from the other side of a clock change; the second corrects it.
  for (let look = 0; look < 2; look++) instant = wanted - offsetAt(instant, timeZone)
  return new Date(instant)
}

/** The calendar date in `timeZone`, `days` after the instant. */
export function localDate(instant: Date, days: number, timeZone: string): string {
  const later = new Date(instant.getTime() + days * 86_400_000)
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(later)
}

function offsetAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000
}
