import type { Viewer } from '@tikitu/kit/auth/viewer'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { bookingOn, openingDay } from './factories.ts'

/** The time of an operation, and its variables. */
export type AskOptions = { now?: Date } & Record<string, unknown>

/** Creates a function that executes operations on the whole subgraph as a viewer. */
export function asker(database: TestDatabase) {
  return async (viewer: Viewer, query: string, { now = openingDay, ...variables }: AskOptions) =>
    await callAs(await bookingOn(database, now), viewer, { query, variables })
}
