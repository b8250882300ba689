import { preferredLocale } from '@tikitu/kit/base/preferred-locale'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { calendarFeed } from '@tikitu/ticket-pdf/calendar'
import type { Ctx } from '../../context.ts'
import type { PerformanceRow } from '../../db/tables/catalogue.ts'
import { getPerformance } from './get-event.ts'
import { organizerOf } from './organizer.ts'
import { performanceSnapshot } from './performance-snapshot.ts'

/** Where everybody may subscribe to the performance's calendar; null for a draft. */
export async function calendarUrlOf(ctx: Ctx, performance: PerformanceRow): Promise<string | null> {
  const event = await ctx.load.event.load(performance.eventId)
  const isDraft = performance.isDraft || event?.status === 'DRAFT'
  return isDraft ? null : `${ctx.fileUrls.baseUrl}/calendars/${performance.id}.ics`
}

/** The calendar of a performance that is visible to everybody, in the language of the request; null of any other. */
export async function performanceCalendar(ctx: Ctx, performanceId: string): Promise<string | null> {
  const performance = await getPerformance(ctx, performanceId)
  if (!performance || performance.isDraft) return null
  const showing = await performanceSnapshot(ctx, performanceId)
  const key = 'notification.supportEmail'
  const { type, fallback } = configKeys[key]
  const entry = {
    performanceId,
    version: performance.version,
    showing,
    organizer: await organizerOf(ctx, performance),
    organizerEmail: await readConfig(ctx, { key, type, fallback, scopes: [performance.partnerId] }),
    url: '',
    locale: preferredLocale(ctx.acceptLanguage),
  }
  return calendarFeed(entry, ctx.now())
}
