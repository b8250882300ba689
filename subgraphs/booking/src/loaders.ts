import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { and, asc, inArray, isNotNull } from 'drizzle-orm'
import { catalogueLoaders } from './catalogue-loaders.ts'
import { performances, priceTiers } from './db/tables/catalogue.ts'
import { holds, places } from './db/tables/inventory.ts'
import { purchaseLoaders } from './purchase-loaders.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db, now: () => Date) {
  return {
    ...catalogueLoaders(db, now),
    ...purchaseLoaders(db),
    hold: loaderOf(
      (ids) =>
        db
          .select()
          .from(holds)
          .where(inArray(holds.id, [...ids])),
      (row) => row.id,
    ),
    performance: loaderOf(
      (ids) =>
        db
          .select()
          .from(performances)
          .where(inArray(performances.id, [...ids])),
      (row) => row.id,
    ),
    priceTier: loaderOf(
      (ids) =>
        db
          .select()
          .from(priceTiers)
          .where(inArray(priceTiers.id, [...ids])),
      (row) => row.id,
    ),
    placesOfHold: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(places)
          .where(and(isNotNull(places.holdId), inArray(places.holdId, [...ids])))
          .orderBy(asc(places.number)),
      (row) => row.holdId ?? '',
    ),
  }
}
