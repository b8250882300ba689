import type { Payload } from '@tikitu/schema/events/registry'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PerformanceRow, performances } from '../../db/tables/facts.ts'

/** What a performance is, as one event tells it. */
export type PerformanceFacts = Omit<PerformanceRow, 'detailsVersion'>

/** What booking.performanceChanged tells, on top of what was known. */
export function factsOfChange(
  { performanceId, version, status, eventTitle, startsAt, details }: Payload<'booking.performanceChanged'>,
  before: PerformanceRow | null,
): PerformanceFacts {
  const base = { performanceId, version, eventTitle, startsAt: new Date(startsAt) }
  if (!details) return { ...base, ...withoutDetails(status, base.startsAt, before) }
  const { doorsAt, endsAt, previousStartsAt: _date, salesEndAt: _sales, ...told } = details
  return { ...base, ...told, status, doorsAt: dateOrNull(doorsAt), endsAt: dateOrNull(endsAt) }
}

/** What booking.ticketsIssued tells of its performance; null in events from before it named a version. */
export function factsOfSnapshot(
  showing: Payload<'booking.ticketsIssued'>['showing'],
  before: PerformanceRow | null,
): PerformanceFacts | null {
  const { performanceId, eventTitle, version, moveCount, timeZone, venueName, venueCity, venueAddressLines } = showing
  if (version === undefined || moveCount === undefined) return null
  return {
    ...{ performanceId, version, eventTitle, moveCount, timeZone, venueName, venueCity, venueAddressLines },
    status: showing.status ?? before?.status ?? 'SCHEDULED',
    moveReason: before?.moveCount === moveCount ? before.moveReason : null,
    startsAt: new Date(showing.startsAt),
    doorsAt: dateOrNull(showing.doorsAt),
    endsAt: dateOrNull(showing.endsAt),
  }
}

/** Before moves were counted, booking called a performance POSTPONED that has a new date. Any other date is a move. */
function withoutDetails(status: PerformanceRow['status'], startsAt: Date, before: PerformanceRow | null) {
  const hasNewDate = before !== null && before.startsAt.getTime() !== startsAt.getTime()
  const isGivenUp = status === 'POSTPONED' && !hasNewDate && before?.status === 'SCHEDULED'
  return {
    ...{ doorsAt: null, endsAt: null, timeZone: null, venueName: null, venueCity: null, venueAddressLines: null },
    ...(hasNewDate ? placeOf(before) : before),
    moveReason: null,
    status: legacyStatus(status, hasNewDate, before),
    moveCount: (before?.moveCount ?? 0) + (hasNewDate || isGivenUp ? 1 : 0),
    startsAt,
  }
}

function legacyStatus(status: PerformanceRow['status'], hasNewDate: boolean, before: PerformanceRow | null) {
  if (status === 'CANCELLED') return status
  const wasMoved = before === null || before.status === 'RESCHEDULED'
  return hasNewDate || (status === 'POSTPONED' && wasMoved) ? 'RESCHEDULED' : status
}

function placeOf({ timeZone, venueName, venueCity, venueAddressLines }: PerformanceRow) {
  return { timeZone, venueName, venueCity, venueAddressLines, doorsAt: null, endsAt: null }
}

function dateOrNull(moment: string | null | undefined): Date | null {
  return moment ? new Date(moment) : null
}

/** The version to announce to ticket holders if details other than the date changed; otherwise the previous one. */
export function detailsVersionOf(before: PerformanceRow, now: PerformanceFacts): number {
  const isMove = now.moveCount > before.moveCount
  const isNews = hasOtherPlace(before, now) || (!isMove && now.status !== 'POSTPONED' && hasOtherTimes(before, now))
  return isNews ? now.version : before.detailsVersion
}

/** What was not known before is no change. */
function hasOtherPlace(before: PerformanceRow, now: PerformanceFacts): boolean {
  if (before.timeZone === null || now.timeZone === null) return false
  return placeText(before) !== placeText(now)
}

function placeText({ venueName, venueCity, venueAddressLines }: PerformanceFacts): string {
  return JSON.stringify([venueName, venueCity, venueAddressLines])
}

/** The same instant is told as another hour when the zone was put right. */
function hasOtherTimes(before: PerformanceRow, now: PerformanceFacts): boolean {
  if (before.timeZone === null || now.timeZone === null) return false
  return timesText(before) !== timesText(now)
}

function timesText({ startsAt, doorsAt, endsAt, timeZone }: PerformanceFacts): string {
  const style = { dateStyle: 'short', timeStyle: 'long', timeZone: timeZone ?? 'UTC' } as const
  return [startsAt, doorsAt, endsAt].map((moment) => moment?.toLocaleString('en', style) ?? '-').join(' ')
}

/** The performance, locked until the transaction ends; null if no event about it has arrived. */
export async function lockPerformance(
  ctx: Ctx,
  performanceId: string,
  strength: 'update' | 'share',
): Promise<PerformanceRow | null> {
  const [row] = await ctx.db
    .select()
    .from(performances)
    .where(eq(performances.performanceId, performanceId))
    .for(strength)
  return row ?? null
}
