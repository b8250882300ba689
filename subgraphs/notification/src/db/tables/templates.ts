import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { channels, kinds } from '../columns.ts'

/**
 * Texts that staff wrote in place of the built-in ones. Every change is a row of its own; the primary key is what refuses
 * the second of two changes to the same version.
 */
export const templateVersions = pgTable(
  'template_versions',
  {
    kind: text({ enum: kinds }).notNull(),
    channel: text({ enum: channels }).notNull(),
    locale: text().notNull(),
    version: integer().notNull(),
    /** Empty for SMS, which has none. */
    title: text().notNull(),
    body: text().notNull(),
    authorId: text().notNull(),
    createdAt: moment().notNull(),
  },
  (table) => [...enumChecks(table), primaryKey({ columns: [table.kind, table.channel, table.locale, table.version] })],
)

export type TemplateVersionRow = typeof templateVersions.$inferSelect
