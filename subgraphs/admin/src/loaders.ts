import type { Db } from '@tikitu/kit/postgres/database'
import { loadersOf, rowBy } from '@tikitu/kit/postgres/row-loader'
import { adminUsers, auditEntries } from './db/tables.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  adminUser: rowBy({ from: adminUsers, by: adminUsers.id }),
  auditEntry: rowBy({ from: auditEntries, by: auditEntries.id }),
}

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return loadersOf({ db }, makers)
}
