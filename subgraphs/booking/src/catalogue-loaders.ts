import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { and, asc, getTableColumns, inArray, sql } from 'drizzle-orm'
import { events, performances, priceTiers } from './db/tables/catalogue.ts'
import { layouts, partnerMembers, partners, venues } from './db/tables/partners.ts'

/** Rows of the catalogue by key. */
export function catalogueLoaders(db: Db) {
  const { document: _document, ...layoutHead } = getTableColumns(layouts)

  return {
    event: loaderOf(
      (ids) =>
        db
          .select()
          .from(events)
          .where(inArray(events.id, [...ids])),
      idOf,
    ),
    partner: loaderOf(
      (ids) =>
        db
          .select()
          .from(partners)
          .where(inArray(partners.id, [...ids])),
      idOf,
    ),
    venue: loaderOf(
      (ids) =>
        db
          .select()
          .from(venues)
          .where(inArray(venues.id, [...ids])),
      idOf,
    ),
    /** Without the document, which may be megabytes. */
    layoutHead: loaderOf(
      (ids) =>
        db
          .select(layoutHead)
          .from(layouts)
          .where(inArray(layouts.id, [...ids])),
      idOf,
    ),
    /** By `<partner id> <user id>`. */
    member: loaderOf(
      (keys) => {
        const key = sql<string>`${partnerMembers.partnerId} || ' ' || ${partnerMembers.userId}`
        const people = keys.map((each) => each.split(' ')[1] ?? '')
        return db
          .select()
          .from(partnerMembers)
          .where(and(inArray(partnerMembers.userId, people), inArray(key, [...keys])))
      },
      (row) => `${row.partnerId} ${row.userId}`,
    ),
    performancesOfEvent: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(performances)
          .where(inArray(performances.eventId, [...ids]))
          .orderBy(asc(performances.startsAt), asc(performances.id)),
      (row) => row.eventId,
    ),
    tiersOfPerformance: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(priceTiers)
          .where(inArray(priceTiers.performanceId, [...ids]))
          .orderBy(asc(priceTiers.ordinal)),
      (row) => row.performanceId,
    ),
  }
}

function idOf(row: { id: string }): string {
  return row.id
}
