import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partners } from '../../db/tables/partners.ts'
import { hasWords } from './has-words.ts'
import type { PartnerStatus } from './partner-status.ts'

export interface PartnerFilter {
  statuses?: readonly PartnerStatus[] | null
  text?: string | null
}

/** A page of the partners that match the filter, newest first. For staff: the schema says so. */
export async function listPartners(
  ctx: Ctx,
  { statuses, text }: PartnerFilter,
  args: PageArgs,
): Promise<Connection<PartnerRow>> {
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [partners.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(partners)
    .where(
      and(
        statuses ? inArray(partners.status, [...statuses]) : undefined,
        text ? hasWords(partners.searchable, text) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (partner) => [partner.id])
}
