import type { Db } from '@tikitu/kit/postgres/database'
import { loadersOf, rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { asc } from 'drizzle-orm'
import { addresses, userPreferences, users } from './db/tables.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  user: rowBy({ from: users, by: users.id }),
  preferencesOfUser: rowBy({ from: userPreferences, by: userPreferences.userId }),
  /** The oldest first. */
  addressesOfUser: rowsBy({
    from: addresses,
    by: addresses.userId,
    order: [asc(addresses.createdAt), asc(addresses.id)],
  }),
}

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return loadersOf({ db }, makers)
}
