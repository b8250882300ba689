import { integer, pgTable, text } from 'drizzle-orm/pg-core'

/** What this service knows of people, folded by version from what the user service says. */
export const users = pgTable('users', {
  id: text().primaryKey(),
  version: integer().notNull(),
  status: text({ enum: ['ACTIVE', 'SUSPENDED'] }).notNull(),
  email: text(),
})

export type UserRow = typeof users.$inferSelect
