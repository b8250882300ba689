import { isStaff } from '@tikitu/kit/auth/viewer'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, ne } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type EventRow, events } from '../../db/tables/catalogue.ts'
import { partnerRoleOf } from '../projections/partner-role.ts'

export interface ListPartnerEventsInput extends PageArgs {
  partnerId: string
  status?: EventRow['status'] | null
}

/** A partner's events, newest first, with drafts for its members and admins. Ids sort by creation. */
export async function listPartnerEvents(ctx: Ctx, input: ListPartnerEventsInput): Promise<Connection<EventRow>> {
  const page = readPage(input)
  const seesDrafts = isStaff(ctx.viewer) || (await partnerRoleOf(ctx, input.partnerId)) !== null
  const { where, orderBy } = keyset(page, [events.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(events)
    .where(
      and(
        eq(events.partnerId, input.partnerId),
        seesDrafts ? undefined : ne(events.status, 'DRAFT'),
        input.status ? eq(events.status, input.status) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.id])
}
