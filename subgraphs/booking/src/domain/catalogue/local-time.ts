/** The instant with the same local time in another time zone. A local time that clocks skip becomes an hour later. */
export function sameClockTime(instant: Date, { from, to }: { from: string; to: string }): Date {
  const shown = instant.getTime() + offsetAt(instant.getTime(), from)
  let found = shown
  // The first guess may have the offset of the other side of a clock change; the second one corrects it.
  for (let look = 0; look < 2; look++) found = shown - offsetAt(found, to)
  return new Date(found)
}

function offsetAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) - Math.floor(instant / 1000) * 1000
}
