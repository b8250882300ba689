import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** The payment, when the caller may see it: its customer, an admin, or an owner or manager of the partner; null otherwise. */
export async function getPayment(ctx: Ctx, id: string): Promise<PaymentRow | null> {
  return await ifVisible(ctx, await ctx.load.payment.load(id))
}

/** The payment of a booking, under the same rule. */
export async function getPaymentOfBooking(ctx: Ctx, bookingId: string): Promise<PaymentRow | null> {
  return await ifVisible(ctx, await ctx.load.paymentOfBooking.load(bookingId))
}

/** The payment as it stands now, for its customer alone. @throws {NotFound} */
export async function requireOwnPayment(ctx: Ctx, id: string): Promise<PaymentRow> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, id))
  const isOwn = payment && ctx.viewer.kind === 'user' && payment.userId === ctx.viewer.userId
  if (!isOwn) throw new NotFound('payment', id)
  return payment
}

/** The status at a moment: one that waits for a payment method is over when the time to pay is. */
export function paymentStatusAt(payment: PaymentRow, now: Date): PaymentRow['status'] | 'EXPIRED' {
  return payment.status === 'REQUIRES_METHOD' && payment.expiresAt <= now ? 'EXPIRED' : payment.status
}

async function ifVisible(ctx: Ctx, payment: PaymentRow | null): Promise<PaymentRow | null> {
  if (!payment || ctx.viewer.kind === 'anonymous') return null
  if (ctx.viewer.kind === 'user' && payment.userId === ctx.viewer.userId) return payment
  return (await maySeeMoneyOf(ctx, payment.partnerId)) ? payment : null
}
