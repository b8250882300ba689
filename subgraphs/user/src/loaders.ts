import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { asc, inArray } from 'drizzle-orm'
import { addresses, userPreferences, users } from './db/tables.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return {
    user: loaderOf(
      (ids) =>
        db
          .select()
          .from(users)
          .where(inArray(users.id, [...ids])),
      (row) => row.id,
    ),
    preferencesOfUser: loaderOf(
      (ids) =>
        db
          .select()
          .from(userPreferences)
          .where(inArray(userPreferences.userId, [...ids])),
      (row) => row.userId,
    ),
    /** The oldest first. */
    addressesOfUser: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(addresses)
          .where(inArray(addresses.userId, [...ids]))
          .orderBy(asc(addresses.createdAt), asc(addresses.id)),
      (row) => row.userId,
    ),
  }
}
