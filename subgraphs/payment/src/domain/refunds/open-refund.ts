import { addJob } from '@tikitu/kit/messaging/jobs'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { RefundTooLarge } from '../../errors.ts'
import { publishRefundChanged, publishRefundDecided, reserve } from './change-refund.ts'

/** The job that sends a refund to the provider. */
export const sendRefundTask = 'sendRefund'

/** A refund to open. */
export interface RefundRequest {
  amountMinor: number
  cause: RefundRow['cause']
  /** The id of the cause; defaults to the refund's own. */
  causeId?: string
  reason: string | null
  messageToCustomer?: string | null
  /** The tickets it cancels; none by default. */
  tickets?: RefundRow['tickets']
  requestedBy: string
  /** The second person, if already approved. */
  decidedBy?: string | null
  needsApproval: boolean
}

/** The amount that can still be refunded: captured, less refunds completed or owed. */
export function refundableOf(payment: PaymentRow): number {
  return payment.capturedMinor - payment.refundReservedMinor
}

/**
 * Opens a refund of a payment that the caller's transaction has locked. It is sent when that commits, or after a second
 * person's approval. A repeated cause returns its existing refund. @throws {RefundTooLarge}
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

/** The status after approval: a refund with tickets waits until booking has cancelled them. */
export function approvedStatusOf({ tickets = 'NONE' }: Pick<RefundRequest, 'tickets'>): 'ENDING_TICKETS' | 'APPROVED' {
  return tickets === 'NONE' ? 'APPROVED' : 'ENDING_TICKETS'
}

/** Adds the job that sends a refund and emits the decision, in the transaction that approves it. */
export async function sendLater(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, cause, causeId, amountMinor } = refund
  await enqueueSend(ctx, refundId)
  await publishRefundDecided(ctx, payment, { refundId, cause, causeId, amountMinor })
}

/** Adds the job that sends a refund, also when it was sent before. */
export async function enqueueSend(ctx: Ctx, refundId: string): Promise<void> {
  await ctx.db.update(refunds).set({ sentAt: ctx.now() }).where(eq(refunds.id, refundId))
  await addJob(ctx, { task: sendRefundTask, payload: { refundId }, key: `${sendRefundTask}:${refundId}` })
}

/** The refund of that cause; undefined when there is none. */
export async function findByCause(
  ctx: Ctx,
  paymentId: string,
  { cause, causeId }: Pick<RefundRow, 'cause' | 'causeId'>,
): Promise<RefundRow | undefined> {
  const isCause = and(eq(refunds.paymentId, paymentId), eq(refunds.cause, cause), eq(refunds.causeId, causeId))
  const [refund] = await ctx.db.select().from(refunds).where(isCause)
  return refund
}
