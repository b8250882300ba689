import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { quietHours } from '../../db/tables/people.ts'

/** Minutes after midnight. The hours may pass over midnight; they are never the whole day. */
export interface QuietHours {
  startMinute: number
  endMinute: number
}

const minutesPerDay = 24 * 60

/** When the quiet hours of that person end; null when now is none of them. */
export async function quietUntil(ctx: Ctx, person: { userId: string; timeZone: string }): Promise<Date | null> {
  const [hours] = await ctx.db.select().from(quietHours).where(eq(quietHours.userId, person.userId))
  return hours ? quietHoursEnd(hours, person.timeZone, ctx.now()) : null
}

/**
 * The end of the quiet hours that `now` is in; null when it is in none. Where clocks change in between it may be an hour
 * off; whoever waits asks again at that moment.
 */
export function quietHoursEnd({ startMinute, endMinute }: QuietHours, timeZone: string, now: Date): Date | null {
  const minute = minuteOfDay(now, timeZone)
  const sinceStart = (minute - startMinute + minutesPerDay) % minutesPerDay
  const length = (endMinute - startMinute + minutesPerDay) % minutesPerDay
  if (sinceStart >= length) return null
  const end = now.getTime() + (length - sinceStart) * 60_000
  return new Date(end - (end % 60_000))
}

function minuteOfDay(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  const [hour, minute] = parts
    .formatToParts(now)
    .filter((part) => part.type === 'hour' || part.type === 'minute')
    .map((part) => Number(part.value))
  return (hour ?? 0) * 60 + (minute ?? 0)
}
