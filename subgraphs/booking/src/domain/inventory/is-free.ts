import { type SQL, sql } from 'drizzle-orm'

/** Whether a seat is free or its claim has expired. Checks the time itself rather than rely on the sweep. */
export function isFreeAt(now: Date): SQL {
  return sql`(places.status = 'FREE' or (places.status = 'HELD' and places.held_until <= ${now.toISOString()}))`
}
