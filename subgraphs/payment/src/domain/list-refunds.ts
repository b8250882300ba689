import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { isStaff } from '@tikitu/kit/viewer'
import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { payments, type RefundRow, refunds } from '../db/tables/payments.ts'
import { moneyPartnersOf } from './partner-role.ts'

export interface RefundFilter {
  status?: RefundRow['status'] | null
  partnerId?: string | null
}

/** Refunds, the newest first: all of them for an admin, those of their own partners for owners and managers. */
export async function listRefunds(
  ctx: Ctx,
  { filter, ...args }: PageArgs & { filter?: RefundFilter | null },
): Promise<Connection<RefundRow>> {
  const page = readPage(args)
  const isVisible = isStaff(ctx.viewer) ? undefined : inArray(payments.partnerId, await moneyPartnersOf(ctx))
  const rows = await ctx.db
    .select({ refund: refunds })
    .from(refunds)
    .innerJoin(payments, eq(payments.id, refunds.paymentId))
    .where(
      and(
        isVisible,
        filter?.status ? eq(refunds.status, filter.status) : undefined,
        filter?.partnerId ? eq(payments.partnerId, filter.partnerId) : undefined,
        afterCursor(page, [refunds.id], 'desc'),
      ),
    )
    .orderBy(desc(refunds.id))
    .limit(page.limit + 1)
  return toConnection(
    rows.map((row) => row.refund),
    page,
    (refund) => [refund.id],
  )
}
