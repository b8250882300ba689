import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { events, type PerformanceRow, performances } from '../../db/tables/catalogue.ts'
import { type VenueRow, venues } from '../../db/tables/partners.ts'
import { sameClockTime } from '../catalogue/local-time.ts'
import { announcePerformance } from '../catalogue/publish-changes.ts'
import { lockEventsOfVenue, replaceVenueWords, wordsOfVenue } from '../catalogue/search-index.ts'
import { isUpcomingAt } from '../catalogue/upcoming.ts'

/** Stores the state of a venue, unless a newer version is known, and updates and announces its upcoming performances. */
export async function applyVenue(ctx: Ctx, fact: Payload<'partner.venueChanged'>): Promise<void> {
  const { venueId, version, partnerId, name, city, country, addressLines, timeZone } = fact
  const words = wordsOfVenue({ name, city })
  const state = { version, partnerId, name, city, country, addressLines, timeZone, ...words }
  await inTransaction(ctx, async (ctx) => {
    const [before] = await ctx.db.select().from(venues).where(eq(venues.id, venueId)).for('update')
    const kept = await ctx.db
      .insert(venues)
      .values({ id: venueId, ...state })
      .onConflictDoUpdate({ target: venues.id, set: state, setWhere: sql`${venues.version} < ${version}` })
      .returning()
    if (!before || kept.length === 0 || placeText(before) === placeText(state)) return
    await lockEventsOfVenue(ctx, venueId)
    if (before.searchable !== kept[0]?.searchable) await replaceVenueWords(ctx, venueId)
    await movePerformances(ctx, fact)
  })
}

function placeText({ name, city, addressLines, timeZone }: Place): string {
  return JSON.stringify([name, city, addressLines, timeZone])
}

type Place = Pick<VenueRow, 'name' | 'city' | 'addressLines' | 'timeZone'>

async function movePerformances(ctx: Ctx, fact: Payload<'partner.venueChanged'>): Promise<void> {
  const rows = await ctx.db
    .select({ performance: performances, eventTitle: events.title })
    .from(performances)
    .innerJoin(events, eq(events.id, performances.eventId))
    .where(sql`${performances.venueId} = ${fact.venueId} and ${isUpcomingAt(ctx.now())}`)
    .orderBy(asc(performances.id))
    .for('no key update', { of: performances })
  for (const { performance: before, eventTitle } of rows) {
    const [performance] = await ctx.db
      .update(performances)
      .set({ ...timesOf(before, fact, ctx.now()), version: before.version + 1 })
      .where(eq(performances.id, before.id))
      .returning()
    await announcePerformance(ctx, performance as PerformanceRow, eventTitle)
  }
}

/** Correcting the time zone is not a move: either the instant stays or the local time. Sales that ended stay ended. */
function timesOf(before: PerformanceRow, fact: Payload<'partner.venueChanged'>, now: Date): Partial<PerformanceRow> {
  const { timeZone, performanceTimes = 'KEEP_INSTANT' } = fact
  if (performanceTimes === 'KEEP_INSTANT' || before.timeZone === timeZone) return { timeZone }
  const shifted = <M extends Date | null>(moment: M): M =>
    moment && (sameClockTime(moment, { from: before.timeZone, to: timeZone }) as M)
  const { startsAt, doorsAt, endsAt, previousStartsAt, salesStartAt, salesEndAt } = before
  const times = { startsAt: shifted(startsAt), doorsAt: shifted(doorsAt), endsAt: shifted(endsAt) }
  const sales = {
    salesStartAt: salesStartAt > now ? shifted(salesStartAt) : salesStartAt,
    salesEndAt: salesEndAt > now ? shifted(salesEndAt) : salesEndAt,
  }
  const isOrdered = sales.salesStartAt < sales.salesEndAt
  return { timeZone, ...times, previousStartsAt: shifted(previousStartsAt), ...(isOrdered ? sales : {}) }
}
