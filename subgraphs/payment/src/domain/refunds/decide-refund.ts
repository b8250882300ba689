import { Forbidden, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Ctx } from '../../context.ts'
import type { RefundRow } from '../../db/tables/payments.ts'
import { SecondApproverRequired } from '../../errors.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { mayRefundFor, maySeeMoneyOf } from '../projections/partner-role.ts'
import { auditRefund } from './audit-refund.ts'
import { changeRefund } from './change-refund.ts'
import { approvedStatusOf, sendLater } from './open-refund.ts'
import { requireRefund } from './read-refund.ts'

export interface DecideRefundInput {
  refundId: string
}

/**
 * Approves a refund that awaits approval, and sends it. @throws {NotFound | InvalidState | SecondApproverRequired | Forbidden}
 */
export async function approveRefund(ctx: Ctx, input: DecideRefundInput): Promise<RefundRow> {
  return await decide(ctx, input, 'APPROVED')
}

/** Rejects a refund that awaits approval. @throws {NotFound | InvalidState | SecondApproverRequired | Forbidden} */
export async function rejectRefund(ctx: Ctx, input: DecideRefundInput): Promise<RefundRow> {
  return await decide(ctx, input, 'REJECTED')
}

async function decide(
  ctx: Ctx,
  { refundId }: DecideRefundInput,
  decision: 'APPROVED' | 'REJECTED',
): Promise<RefundRow> {
  const { userId: decidedBy } = await requireActiveUser(ctx)
  await requireMayDecide(ctx, refundId)
  return await inTransaction(ctx, async (ctx) => {
    const { paymentId } = await requireRefund(ctx, refundId)
    const payment = await lockPayment(ctx, paymentId)
    const refund = await requireRefund(ctx, refundId)
    if (refund.status !== 'REQUESTED') throw new InvalidState('This refund is not awaiting approval.')
    if (refund.requestedBy === decidedBy) throw new SecondApproverRequired()
    const completedAt = decision === 'REJECTED' ? ctx.now() : null
    const status = decision === 'APPROVED' ? approvedStatusOf(refund) : decision
    const { refund: decided } = await changeRefund(ctx, { payment, refund }, { status, decidedBy, completedAt })
    if (status === 'APPROVED') await sendLater(ctx, payment, decided)
    const action = decision === 'APPROVED' ? 'approveRefund' : 'rejectRefund'
    await auditRefund(ctx, { action, payment, refund: decided })
    return decided
  })
}

/** FINANCE, and owners and managers of the partner: those who may request refunds. @throws {NotFound | Forbidden} */
async function requireMayDecide(ctx: Ctx, refundId: string): Promise<void> {
  const { paymentId } = await requireRefund(ctx, refundId)
  const { partnerId } = await requireLoaded(ctx.load.payment, paymentId)
  if (!(await maySeeMoneyOf(ctx, partnerId))) throw new NotFound('refund', refundId)
  if (!(await mayRefundFor(ctx, partnerId))) throw new Forbidden('This requires the FINANCE role.')
}
