import { requireUser } from '@tikitu/kit/auth/viewer'
import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, desc, eq, inArray, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partnerMembers, partners } from '../../db/tables/partners.ts'
import { hasWords } from './has-words.ts'
import type { PartnerStatus } from './partner-status.ts'

export interface PartnerFilter {
  statuses?: readonly PartnerStatus[] | null
  text?: string | null
}

/** A page of the partners that match the filter, newest first. For staff: the schema says so. */
export async function listPartners(ctx: Ctx, filter: PartnerFilter, args: PageArgs): Promise<Connection<PartnerRow>> {
  const { statuses, text } = filter
  return await page(ctx, args, [
    statuses ? inArray(partners.status, [...statuses]) : undefined,
    text ? hasWords(partners.searchable, text) : undefined,
  ])
}

/** A page of the partners that the caller is a member of, newest first. */
export async function listOwnPartners(ctx: Ctx, args: PageArgs): Promise<Connection<PartnerRow>> {
  const own = ctx.db
    .select({ id: partnerMembers.partnerId })
    .from(partnerMembers)
    .where(eq(partnerMembers.userId, requireUser(ctx.viewer).userId))
  return await page(ctx, args, [inArray(partners.id, own)])
}

async function page(
  ctx: Ctx,
  args: PageArgs,
  conditions: readonly (SQL | undefined)[],
): Promise<Connection<PartnerRow>> {
  const wanted = readPage(args)
  const rows = await ctx.db
    .select()
    .from(partners)
    .where(and(...conditions, afterCursor(wanted, [partners.id], 'desc')))
    .orderBy(desc(partners.id))
    .limit(wanted.limit + 1)
  return toConnection(rows, wanted, (partner) => [partner.id])
}
