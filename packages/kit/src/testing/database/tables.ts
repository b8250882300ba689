import { pgTable, text } from 'drizzle-orm/pg-core'

/** What kit's own tests write to. */
export const takenItems = pgTable('taken_items', { item: text().primaryKey() })
