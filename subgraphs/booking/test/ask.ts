import type { Viewer } from '@tikitu/kit/auth/viewer'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { bookingOn, openingDay } from './factories.ts'

/** What an operation needs: the moment it is asked at, and its variables beside that. */
export type Asked = { now?: Date } & Record<string, unknown>

/** Makes the function that asks the whole subgraph on that database as some viewer. */
export function asker(database: TestDatabase) {
  return async (viewer: Viewer, query: string, { now = openingDay, ...variables }: Asked) =>
    await callAs(await bookingOn(database, now), viewer, { query, variables })
}
