import type { Db } from '@tikitu/kit/postgres/database'
import { loadersOf, rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { asc } from 'drizzle-orm'
import { notificationSteps, notifications } from './db/tables/notifications.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  notification: rowBy({ from: notifications, by: notifications.id }),
  stepsOfNotification: rowsBy({
    from: notificationSteps,
    by: notificationSteps.notificationId,
    order: [asc(notificationSteps.at), asc(notificationSteps.ordinal)],
  }),
}

/** Rows by key, each kind in one query per tick. New per request. */
export function createLoaders(db: Db) {
  return loadersOf({ db }, makers)
}
