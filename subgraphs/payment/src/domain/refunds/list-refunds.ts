import { isStaff } from '@tikitu/kit/auth/viewer'
import { type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import type { Ctx } from '../../context.ts'
import { type RefundRow, refundStatuses, refunds } from '../../db/tables/payments.ts'
import { moneyPartnersOf } from '../projections/partner-role.ts'
import { mergedPage } from './merge-indexes.ts'

export interface RefundFilter {
  status?: RefundRow['status'] | null
  partnerId?: string | null
}

/** Refunds, newest first: all of them for staff, those of their own partners for owners and managers. */
export async function listRefunds(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: RefundFilter | null },
): Promise<Connection<RefundRow>> {
  const page = readPage(args)
  const partnerIds = await visiblePartners(ctx, filter?.partnerId)
  const ofPartners = partnerIds ? [{ column: refunds.partnerId, values: partnerIds }] : []
  const { where, orderBy } = mergedPage({
    table: refunds,
    prefix: [...ofPartners, { column: refunds.status, values: filter?.status ? [filter.status] : refundStatuses }],
    order: [refunds.id],
    direction: 'desc',
    page,
  })
  const rows = await ctx.db
    .select()
    .from(refunds)
    .where(where)
    .orderBy(...orderBy)
  return toConnection(rows, page, (refund) => [refund.id])
}

/** The partners whose money the caller may list, narrowed to the wanted one; null for all. */
export async function visiblePartners(ctx: Ctx, wanted?: string | null): Promise<string[] | null> {
  if (isStaff(ctx.viewer)) return wanted ? [wanted] : null
  const own = await moneyPartnersOf(ctx)
  return wanted ? own.filter((id) => id === wanted) : own
}
