import { addJob } from '@tikitu/kit/messaging/jobs'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { RefundTooLarge } from '../../errors.ts'
import { publishRefundChanged, publishRefundDecided, reserve } from './change-refund.ts'

/** The job that asks the provider for a refund. */
export const sendRefundTask = 'sendRefund'

/** What is to go back, and why. */
export interface RefundRequest {
  amountMinor: number
  cause: RefundRow['cause']
  /** What the cause is known by; the refund's own id when absent. */
  causeId?: string
  reason: string | null
  messageToCustomer?: string | null
  /** The tickets it ends; none when absent. */
  tickets?: RefundRow['tickets']
  requestedBy: string
  /** The second person, when one has agreed already. */
  decidedBy?: string | null
  needsApproval: boolean
}

/** What can still be promised to somebody: captured, and neither refunded nor owed. */
export function refundableOf(payment: PaymentRow): number {
  return payment.capturedMinor - payment.refundReservedMinor
}

/**
 * Promises a refund of a payment that the caller's transaction has locked, and sends it once that commits, or once a second
 * person approved it. A cause that was met before answers with its refund. @throws {RefundTooLarge}
 */
export async function openRefund(ctx: Ctx, payment: PaymentRow, demand: RefundRequest): Promise<RefundRow> {
  const { id: paymentId, partnerId, currency } = payment
  const id = ctx.newId('rfd')
  const { needsApproval, ...wanted } = demand
  const causeId = demand.causeId ?? id
  const before = await findByCause(ctx, paymentId, { cause: demand.cause, causeId })
  if (before) return before
  const refundable = refundableOf(payment)
  if (demand.amountMinor > refundable) throw new RefundTooLarge({ amountMinor: refundable, currency })
  const [refund] = await ctx.db
    .insert(refunds)
    .values({
      ...wanted,
      id,
      causeId,
      paymentId,
      partnerId,
      currency,
      status: needsApproval ? 'REQUESTED' : approvedStatusOf(demand),
      createdAt: ctx.now(),
    })
    .returning()
  const opened = refund as RefundRow
  await publishRefundChanged(ctx, await reserve(ctx, payment, demand.amountMinor), opened)
  if (opened.status === 'APPROVED') await sendLater(ctx, payment, opened)
  return opened
}

/** What a refund is once nobody has to approve it any more: one that names tickets waits until booking has ended them. */
export function approvedStatusOf({ tickets = 'NONE' }: Pick<RefundRequest, 'tickets'>): 'ENDING_TICKETS' | 'APPROVED' {
  return tickets === 'NONE' ? 'APPROVED' : 'ENDING_TICKETS'
}

/** Adds the job that sends a refund and says that it goes back, in the transaction that approves it. */
export async function sendLater(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, cause, causeId, amountMinor } = refund
  await enqueueSend(ctx, refundId)
  await publishRefundDecided(ctx, payment, { refundId, cause, causeId, amountMinor })
}

/** Adds the job that sends a refund, once more where it was sent before. */
export async function enqueueSend(ctx: Ctx, refundId: string): Promise<void> {
  await ctx.db.update(refunds).set({ sentAt: ctx.now() }).where(eq(refunds.id, refundId))
  await addJob(ctx, { task: sendRefundTask, payload: { refundId }, key: `${sendRefundTask}:${refundId}` })
}

/** The refund that this cause was met with; undefined when there is none yet. */
export async function findByCause(
  ctx: Ctx,
  paymentId: string,
  { cause, causeId }: Pick<RefundRow, 'cause' | 'causeId'>,
): Promise<RefundRow | undefined> {
  const isCause = and(eq(refunds.paymentId, paymentId), eq(refunds.cause, cause), eq(refunds.causeId, causeId))
  const [refund] = await ctx.db.select().from(refunds).where(isCause)
  return refund
}
