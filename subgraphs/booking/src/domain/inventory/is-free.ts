import { type SQL, sql } from 'drizzle-orm'

/** Nobody has the place, or had it until now: judged by time, as no sweeper may be late for this. */
export function isFreeAt(now: Date): SQL {
  return sql`(places.status = 'FREE' or (places.status = 'HELD' and places.held_until <= ${now.toISOString()}))`
}
