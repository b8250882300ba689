import { searchQuery } from '@tikitu/kit/search/search-words'
import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Whether a row contains all the words of the text, each at least as a prefix. Nothing matches a text without words. */
export function hasWords(words: PgColumn, text: string): SQL {
  const query = searchQuery(text)
  return query === null ? sql`false` : sql`${words} @@ ${query}::tsquery`
}
