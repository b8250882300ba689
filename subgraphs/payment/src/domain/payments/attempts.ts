import { asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentAttemptRow, paymentAttempts } from '../../db/tables/payments.ts'

/** A payment's attempts, oldest first. */
export async function listAttempts(ctx: Ctx, paymentId: string): Promise<PaymentAttemptRow[]> {
  return await ctx.db
    .select()
    .from(paymentAttempts)
    .where(eq(paymentAttempts.paymentId, paymentId))
    .orderBy(asc(paymentAttempts.sequence))
}
