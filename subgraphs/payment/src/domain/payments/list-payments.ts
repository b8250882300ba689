import { requireUser } from '@tikitu/kit/auth/viewer'
import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, desc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'

/** The caller's own payments, newest first. */
export async function listMyPayments(ctx: Ctx, args: PageArgs): Promise<Connection<PaymentRow>> {
  const page = readPage(args)
  const isOwn = eq(payments.userId, requireUser(ctx.viewer).userId)
  const rows = await ctx.db
    .select()
    .from(payments)
    .where(and(isOwn, afterCursor(page, [payments.id], 'desc')))
    .orderBy(desc(payments.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (payment) => [payment.id])
}
