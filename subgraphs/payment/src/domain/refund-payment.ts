import { Forbidden, InvalidInput, NotFound } from '@tikitu/kit/errors'
import { idempotent } from '@tikitu/kit/idempotency'
import type { Money } from '@tikitu/kit/money'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../db/tables/payments.ts'
import { emit } from '../emit.ts'
import { requireActiveUser } from './active-user.ts'
import { lockPayment } from './apply-report.ts'
import { openRefund } from './open-refund.ts'
import { mayRefundFor, maySeeMoneyOf } from './partner-role.ts'
import { needsApproval } from './refund-limit.ts'

export interface RefundPaymentInput {
  paymentId: string
  amount: Money
  reason: string
  idempotencyKey?: string | null
}

/**
 * Gives part or all of a payment back, on behalf of staff or of the partner. Above the configured amount it waits for a
 * second person.
 * @throws {NotFound | Forbidden | InvalidInput | RefundTooLarge | UserSuspended}
 */
export async function refundPayment(ctx: Ctx, input: RefundPaymentInput): Promise<RefundRow> {
  const refund = await idempotent(
    ctx,
    { operation: 'refundPayment', input },
    {
      authorize: (ctx) => requireRightToRefund(ctx, input.paymentId),
      load: requireRefund,
      act: (ctx, requestedBy) => demandRefund(ctx, input, requestedBy),
    },
  )
  ctx.load.payment.clear(input.paymentId)
  return refund
}

/** The caller's id, when they may give this payment back. @throws {NotFound | Forbidden | UserSuspended} */
async function requireRightToRefund(ctx: Ctx, paymentId: string): Promise<string> {
  const { userId } = await requireActiveUser(ctx)
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (!payment || !(await maySeeMoneyOf(ctx, payment.partnerId))) throw new NotFound('payment', paymentId)
  if (!(await mayRefundFor(ctx, payment.partnerId))) throw new Forbidden('This needs the role FINANCE.')
  return userId
}

/** The refund. @throws {NotFound} */
export async function requireRefund(ctx: Ctx, id: string): Promise<RefundRow> {
  const [refund] = await ctx.db.select().from(refunds).where(eq(refunds.id, id))
  if (!refund) throw new NotFound('refund', id)
  return refund
}

async function demandRefund(ctx: Ctx, input: RefundPaymentInput, requestedBy: string): Promise<RefundRow> {
  const payment = await lockPayment(ctx, input.paymentId)
  requireSensible(payment, input)
  const { amountMinor } = input.amount
  const refund = await openRefund(ctx, payment, {
    amountMinor,
    cause: 'STAFF',
    reason: input.reason.trim(),
    requestedBy,
    needsApproval: await needsApproval(ctx, payment, amountMinor),
  })
  await auditRefund(ctx, { action: 'refundPayment', payment, refund })
  return refund
}

/** Records who decided what about a refund, in the transaction of the decision. */
export async function auditRefund(
  ctx: Ctx,
  { action, payment, refund }: { action: string; payment: PaymentRow; refund: RefundRow },
): Promise<void> {
  const { id, status, amountMinor, currency, reason } = refund
  const changes = { paymentId: payment.id, status, amountMinor, currency }
  const data = { action, subjectType: 'Refund', subjectId: id, partnerId: payment.partnerId, reason, changes }
  await emit(ctx, 'payment.audited', { subject: id, data })
}

function requireSensible(payment: PaymentRow, { amount, reason }: RefundPaymentInput): void {
  const problems = [
    amount.currency !== payment.currency && { field: 'amount.currency', message: `must be ${payment.currency}` },
    amount.amountMinor <= 0 && { field: 'amount.amountMinor', message: 'must be above 0' },
    (reason.trim() === '' || reason.length > 500) && { field: 'reason', message: 'must have 1 to 500 characters' },
  ].filter((problem) => problem !== false)
  if (problems.length > 0) throw new InvalidInput(problems)
}
