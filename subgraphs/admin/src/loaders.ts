import type { Db } from '@tikitu/kit/db'
import { loaderOf } from '@tikitu/kit/loader'
import { inArray } from 'drizzle-orm'
import { adminUsers, auditEntries } from './db/tables.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return {
    adminUser: loaderOf(
      (ids) =>
        db
          .select()
          .from(adminUsers)
          .where(inArray(adminUsers.id, [...ids])),
      (row) => row.id,
    ),
    auditEntry: loaderOf(
      (ids) =>
        db
          .select()
          .from(auditEntries)
          .where(inArray(auditEntries.id, [...ids])),
      (row) => row.id,
    ),
  }
}
