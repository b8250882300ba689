import { requireUser } from '@tikitu/kit/auth/viewer'
import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { calendarFile } from '@tikitu/ticket-pdf/calendar'
import type { Ctx } from '../../context.ts'
import type { BookingRow } from '../../db/tables/bookings.ts'
import { organizerOf } from '../catalogue/organizer.ts'
import { performanceSnapshot } from '../catalogue/performance-snapshot.ts'
import { localeOfReader } from './reader-locale.ts'
import { ticketsOfCaller } from './tickets-pdf.ts'

/** The booking's performance as an iCalendar file (RFC 5545); null when the caller holds no ticket of the booking. */
export async function calendarFileOf(ctx: Ctx, booking: BookingRow): Promise<string | null> {
  if ((await ticketsOfCaller(ctx, booking)).length === 0) return null
  const key = 'notification.supportEmail'
  const { type, fallback } = configKeys[key]
  const entry = {
    performanceId: booking.performanceId,
    userId: requireUser(ctx.viewer).userId,
    showing: await performanceSnapshot(ctx, booking.performanceId),
    organizer: await organizerOf(ctx, booking),
    organizerEmail: await readConfig(ctx, { key, type, fallback, scopes: [booking.partnerId] }),
    url: '',
    locale: await localeOfReader(ctx),
  }
  return calendarFile(entry, ctx.now())
}
