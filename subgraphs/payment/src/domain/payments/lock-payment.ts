import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'

/** The payment, locked until the transaction ends. Locked before its refunds and issues, always. @throws {NotFound} */
export async function lockPayment(ctx: Ctx, id: string): Promise<PaymentRow> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, id)).for('update')
  if (!payment) throw new NotFound('payment', id)
  return payment
}
