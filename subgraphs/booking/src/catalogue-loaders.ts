import type { Db } from '@tikitu/kit/postgres/database'
import { loaderOf } from '@tikitu/kit/postgres/loader'
import { rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { and, asc, inArray, sql } from 'drizzle-orm'
import { events, performances, priceTiers } from './db/tables/catalogue.ts'
import { layouts, partnerMembers, partners, venues } from './db/tables/partners.ts'
import { countEndedBookings } from './domain/cancellations/count-ended-bookings.ts'
import { performancePages } from './domain/catalogue/performance-pages.ts'
import { countFreeSeats } from './domain/inventory/count-free-seats.ts'

/** Catalogue rows and recent counts, by key. */
export const catalogueLoaders = {
  event: rowBy({ from: events, by: events.id }),
  performancesOfEvent: rowsBy({
    from: performances,
    by: performances.eventId,
    order: [asc(performances.startsAt), asc(performances.id)],
  }),
  performancePage: performancePages,
  tiersOfPerformance: rowsBy({ from: priceTiers, by: priceTiers.performanceId, order: [asc(priceTiers.ordinal)] }),
  freeSeats: ({ db, now }: { db: Db; now: () => Date }) =>
    loaderOf(
      (ids) => countFreeSeats({ db, now }, ids),
      (row) => row.id,
    ),
  /** Counts of bookings of cancelled performances; null for other performances. */
  endedBookings: ({ db }: { db: Db }) =>
    loaderOf(
      (ids) => countEndedBookings(db, ids),
      (row) => row.id,
    ),
  partner: rowBy({ from: partners, by: partners.id }),
  venue: rowBy({ from: venues, by: venues.id }),
  /** Without the document, which can be megabytes large. */
  layoutHead: rowBy({ from: layouts, by: layouts.id, without: ['document'] }),
  /** By `<partner id> <user id>`. */
  member: ({ db }: { db: Db }) =>
    loaderOf(
      (keys) => readMembers(db, keys),
      (row) => `${row.partnerId} ${row.userId}`,
    ),
}

function readMembers(db: Db, keys: readonly string[]) {
  const key = sql<string>`${partnerMembers.partnerId} || ' ' || ${partnerMembers.userId}`
  const people = keys.map((each) => each.split(' ')[1] ?? '')
  return db
    .select()
    .from(partnerMembers)
    .where(and(inArray(partnerMembers.userId, people), inArray(key, [...keys])))
}
