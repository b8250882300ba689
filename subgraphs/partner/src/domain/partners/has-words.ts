import { searchQuery } from '@tikitu/kit/search/search-words'
import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Whether the words of a row have all that somebody typed, each from its beginning. Nothing has what cannot be looked for. */
export function hasWords(words: PgColumn, text: string): SQL {
  const query = searchQuery(text)
  return query === null ? sql`false` : sql`${words} @@ ${query}::tsquery`
}
