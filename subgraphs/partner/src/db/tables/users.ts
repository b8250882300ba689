import { enumChecks } from '@tikitu/kit/postgres/columns'
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** What this service knows of people, folded by version from what the user service says. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    email: text(),
    /** Whether the person has proved that the address is theirs. */
    isEmailVerified: boolean().notNull().default(false),
  },
  (table) => enumChecks(table),
)

export type UserRow = typeof users.$inferSelect
