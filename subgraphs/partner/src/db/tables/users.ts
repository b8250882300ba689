import { enumChecks } from '@tikitu/kit/postgres/columns'
import { boolean, integer, pgTable, text } from 'drizzle-orm/pg-core'

/** Users, projected from user.changed. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    version: integer().notNull(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    email: text(),
    /** Whether the address is verified. */
    isEmailVerified: boolean().notNull().default(false),
  },
  (table) => enumChecks(table),
)

export type UserRow = typeof users.$inferSelect
