import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type RefundRow, refunds } from '../../db/tables/payments.ts'

/** The refund as the transaction sees it. @throws {NotFound} */
export async function requireRefund(ctx: Ctx, id: string): Promise<RefundRow> {
  const [refund] = await ctx.db.select().from(refunds).where(eq(refunds.id, id))
  if (!refund) throw new NotFound('refund', id)
  return refund
}
