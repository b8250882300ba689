import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { and, asc, getTableColumns, inArray, sql } from 'drizzle-orm'
import { events, performances, priceTiers } from './db/tables/catalogue.ts'
import { layouts, partnerMembers, partners, venues } from './db/tables/partners.ts'
import { countFreePlaces } from './domain/count-free-places.ts'

/** Rows of the catalogue, and what was counted lately, by key. New per request. */
export function catalogueLoaders(db: Db, now: () => Date) {
  return {
    ...eventLoaders(db),
    ...partnerLoaders(db),
    freePlaces: loaderOf((ids) => countFreePlaces({ db, now }, ids), idOf),
  }
}

function eventLoaders(db: Db) {
  const readEvents = (ids: readonly string[]) =>
    db
      .select()
      .from(events)
      .where(inArray(events.id, [...ids]))
  const readPerformances = (eventIds: readonly string[]) =>
    db
      .select()
      .from(performances)
      .where(inArray(performances.eventId, [...eventIds]))
      .orderBy(asc(performances.startsAt), asc(performances.id))
  const readTiers = (performanceIds: readonly string[]) =>
    db
      .select()
      .from(priceTiers)
      .where(inArray(priceTiers.performanceId, [...performanceIds]))
      .orderBy(asc(priceTiers.ordinal))
  return {
    event: loaderOf(readEvents, idOf),
    performancesOfEvent: groupLoaderOf(readPerformances, (row) => row.eventId),
    tiersOfPerformance: groupLoaderOf(readTiers, (row) => row.performanceId),
  }
}

function partnerLoaders(db: Db) {
  const readPartners = (ids: readonly string[]) =>
    db
      .select()
      .from(partners)
      .where(inArray(partners.id, [...ids]))
  const readVenues = (ids: readonly string[]) =>
    db
      .select()
      .from(venues)
      .where(inArray(venues.id, [...ids]))
  const { document: _document, ...layoutHead } = getTableColumns(layouts)
  const readLayoutHeads = (ids: readonly string[]) =>
    db
      .select(layoutHead)
      .from(layouts)
      .where(inArray(layouts.id, [...ids]))
  return {
    partner: loaderOf(readPartners, idOf),
    venue: loaderOf(readVenues, idOf),
    /** Without the document, which may be megabytes. */
    layoutHead: loaderOf(readLayoutHeads, idOf),
    /** By `<partner id> <user id>`. */
    member: loaderOf(
      (keys) => readMembers(db, keys),
      (row) => `${row.partnerId} ${row.userId}`,
    ),
  }
}

function readMembers(db: Db, keys: readonly string[]) {
  const key = sql<string>`${partnerMembers.partnerId} || ' ' || ${partnerMembers.userId}`
  const people = keys.map((each) => each.split(' ')[1] ?? '')
  return db
    .select()
    .from(partnerMembers)
    .where(and(inArray(partnerMembers.userId, people), inArray(key, [...keys])))
}

function idOf(row: { id: string }): string {
  return row.id
}
