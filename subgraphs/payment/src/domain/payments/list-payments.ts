import { isSelf } from '@tikitu/kit/auth/viewer'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'

/** That user's payments, newest first; null when the caller is somebody else. @throws {InvalidInput} */
export async function listPaymentsOfUser(
  ctx: Ctx,
  userId: string,
  args: PageArgs,
): Promise<Connection<PaymentRow> | null> {
  if (!isSelf(ctx.viewer, userId)) return null
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [payments.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(payments)
    .where(and(eq(payments.userId, userId), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (payment) => [payment.id])
}
