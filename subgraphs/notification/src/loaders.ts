import type { Db } from '@tikitu/kit/db'
import { groupLoaderOf, loaderOf } from '@tikitu/kit/loader'
import { asc, inArray } from 'drizzle-orm'
import { notificationSteps, notifications } from './db/tables/notifications.ts'

export type Loaders = ReturnType<typeof createLoaders>

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return {
    notification: loaderOf(
      (ids) =>
        db
          .select()
          .from(notifications)
          .where(inArray(notifications.id, [...ids])),
      (row) => row.id,
    ),
    stepsOfNotification: groupLoaderOf(
      (ids) =>
        db
          .select()
          .from(notificationSteps)
          .where(inArray(notificationSteps.notificationId, [...ids]))
          .orderBy(asc(notificationSteps.ordinal)),
      (row) => row.notificationId,
    ),
  }
}
