import { enumChecks, moment } from '@tikitu/kit/postgres/columns'
import { boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** Users, projected from user.changed. */
export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    status: text({ enum: ['ACTIVE', 'SUSPENDED', 'DELETED'] }).notNull(),
    version: integer().notNull(),
  },
  (table) => enumChecks(table),
)

/** Partners, projected from partner.changed. */
export const partners = pgTable('partners', {
  id: text().primaryKey(),
  name: text().notNull(),
  status: text().notNull(),
  mayBePaidOut: boolean().notNull(),
  version: integer().notNull(),
})

/** Members of partners, projected from partner.changed. */
export const partnerMembers = pgTable(
  'partner_members',
  {
    partnerId: text()
      .notNull()
      .references(() => partners.id),
    userId: text().notNull(),
    role: text({ enum: ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'] }).notNull(),
  },
  (table) => [
    ...enumChecks(table),
    primaryKey({ columns: [table.partnerId, table.userId] }),
    index('partner_members_user').on(table.userId),
  ],
)

/** The outcome of a booking. An expired one may still be confirmed or rejected, never the other way round. */
export const bookingOutcomes = pgTable(
  'booking_outcomes',
  {
    bookingId: text().primaryKey(),
    outcome: text({ enum: ['EXPIRED', 'CONFIRMED', 'REJECTED'] }).notNull(),
    partnerId: text().notNull(),
    performanceId: text().notNull(),
    /** Null while it is only known to have expired. */
    eventId: text(),
    decidedAt: moment().notNull(),
  },
  (table) => enumChecks(table),
)

export type PartnerRow = typeof partners.$inferSelect
export type PartnerMemberRow = typeof partnerMembers.$inferSelect
export type BookingOutcomeRow = typeof bookingOutcomes.$inferSelect
