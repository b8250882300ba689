import { NotFound } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments } from '../../db/tables/payments.ts'
import { maySeeMoneyOf } from '../projections/partner-role.ts'

/** The payment, for its customer, staff, and owners and managers of the partner; null for others. */
export async function getPayment(ctx: Ctx, id: string): Promise<PaymentRow | null> {
  return await ifVisible(ctx, await ctx.load.payment.load(id))
}

/** The payment of a booking, with the same visibility. */
export async function getPaymentOfBooking(ctx: Ctx, bookingId: string): Promise<PaymentRow | null> {
  return await ifVisible(ctx, await ctx.load.paymentOfBooking.load(bookingId))
}

/** The current row of a payment, for its customer only. @throws {NotFound} */
export async function requireOwnPayment(ctx: Ctx, id: string): Promise<PaymentRow> {
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, id))
  const isOwn = payment && ctx.viewer.kind === 'user' && payment.userId === ctx.viewer.userId
  if (!isOwn) throw new NotFound('payment', id)
  return payment
}

/** The status at a time: one without a payment method expires at the deadline. */
export function paymentStatusAt(payment: PaymentRow, now: Date): PaymentRow['status'] | 'EXPIRED' {
  return payment.status === 'REQUIRES_METHOD' && payment.expiresAt <= now ? 'EXPIRED' : payment.status
}

async function ifVisible(ctx: Ctx, payment: PaymentRow | null): Promise<PaymentRow | null> {
  if (!payment || ctx.viewer.kind === 'anonymous') return null
  if (ctx.viewer.kind === 'user' && payment.userId === ctx.viewer.userId) return payment
  return (await maySeeMoneyOf(ctx, payment.partnerId)) ? payment : null
}
