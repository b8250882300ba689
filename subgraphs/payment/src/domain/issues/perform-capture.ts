import { and, desc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type IssueRow, paymentCaptures } from '../../db/tables/issues.ts'
import { type PaymentRow, payments, type RefundRow, refunds } from '../../db/tables/payments.ts'
import { emit } from '../../emit.ts'
import { debitsOf } from '../ledger/ledger.ts'
import { partiesOf } from '../payments/payment-parties.ts'
import { recordCapture } from '../payments/record-capture.ts'
import { publishRefundChanged, publishRefundDecided } from '../refunds/change-refund.ts'
import { enqueueSend } from '../refunds/open-refund.ts'
import { changeIssue, resolveIssue } from './change-issue.ts'
import type { DecidedOrder, IssueCase } from './issue-actions.ts'
import { postAccepted, postUnallocatedRefund } from './issue-postings.ts'

/** Accepts the captured amount for the booking. A shortfall is waived, a surplus refunded. */
export async function acceptCapture(ctx: Ctx, { issue, payment }: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  if (!payment) throw new Error(`${issue.id} has no payment`)
  const takenMinor = Math.min(issue.suspenseMinor, payment.amountMinor)
  const surplusMinor = issue.suspenseMinor - takenMinor
  const cleared = { status: 'CAPTURED' as const, reviewReason: null, reviewAmountMinor: null, reviewCurrency: null }
  await ctx.db.update(payments).set(cleared).where(eq(payments.id, payment.id))
  const amount = { amountMinor: takenMinor, currency: payment.currency }
  const inOrder = { ...payment, ...cleared }
  const captured = await recordCapture(ctx, inOrder, {
    amount,
    capturedAt: await capturedAt(ctx, issue),
    isPosted: true,
  })
  await postAccepted(ctx, issue, captured)
  const { note } = order
  if (surplusMinor === 0) return await resolveIssue(ctx, issue, { step: 'ACCEPTED', note, resolution: 'ACCEPTED' })
  const rest = { ...issue, amountMinor: surplusMinor, suspenseMinor: surplusMinor }
  const refund = await refundIssue(ctx, rest, { payment, order })
  const { amountMinor, suspenseMinor } = rest
  const set = { status: 'IN_PROGRESS' as const, request: null, refundId: refund.id, amountMinor, suspenseMinor }
  return await changeIssue(ctx, issue, { step: 'ACCEPTED', note, set })
}

/** When the provider captured it: whether it was in time must not depend on how long staff took. */
async function capturedAt(ctx: Ctx, issue: IssueRow): Promise<Date> {
  const { paymentId } = paymentCaptures
  const isIts = and(eq(paymentId, issue.paymentId ?? ''), eq(paymentCaptures.issueId, issue.id))
  const [capture] = await ctx.db.select().from(paymentCaptures).where(isIts).orderBy(desc(paymentCaptures.at)).limit(1)
  return capture?.at ?? ctx.now()
}

/** Refunds the whole captured amount; a booking that waits for it fails. */
export async function refundCapture(ctx: Ctx, { issue, payment }: IssueCase, order: DecidedOrder): Promise<IssueRow> {
  if (!payment) throw new Error(`${issue.id} has no payment`)
  const isConfirmed = issue.kind === 'UNCONFIRMED_CAPTURE'
  const held = isConfirmed ? await takeFromParties(ctx, issue, payment) : issue
  const refund = await refundIssue(ctx, held, { payment, order, isForBooking: isConfirmed })
  if (isConfirmed || isInReview(issue, payment)) await refuse(ctx, payment, { issue, refund })
  const { suspenseMinor } = held
  const set = { status: 'IN_PROGRESS' as const, request: null, refundId: refund.id, suspenseMinor }
  return await changeIssue(ctx, issue, { step: 'REFUND', note: order.note, set })
}

/** Ends a review and tells booking that this payment does not pay for it. */
export async function refuse(
  ctx: Ctx,
  payment: PaymentRow,
  { issue, refund }: { issue: IssueRow; refund: RefundRow },
): Promise<void> {
  if (payment.capturedAt === null) {
    const ended = { status: 'CANCELLED' as const, reviewReason: null, reviewAmountMinor: null, reviewCurrency: null }
    await ctx.db.update(payments).set(ended).where(eq(payments.id, payment.id))
  }
  const { amountMinor, currency, id: refundId } = refund
  const data = { ...partiesOf(payment), issueId: issue.id, amount: { amountMinor, currency } }
  await emit(ctx, 'payment.refused', { subject: payment.id, data })
  const decision = { refundId, cause: 'BOOKING_REJECTED', causeId: payment.bookingId, amountMinor, currency } as const
  await publishRefundDecided(ctx, payment, decision)
}

/** Whether the payment is in review because of this issue. */
export function isInReview(issue: IssueRow, payment: PaymentRow): boolean {
  return issue.kind === 'CAPTURE_MISMATCH' && payment.reviewReason === 'CAPTURE_MISMATCH' && payment.capturedAt === null
}

interface IssueRefund {
  payment: PaymentRow
  order: DecidedOrder
  /** Whether it refunds what was captured for the booking; false when the money was never due. */
  isForBooking?: boolean
}

/** Opens and sends the refund of the money that an issue holds. */
export async function refundIssue(ctx: Ctx, issue: IssueRow, wish: IssueRefund): Promise<RefundRow> {
  const refund = await insertRefund(ctx, issue, wish)
  await enqueueSend(ctx, refund.id)
  await publishRefundChanged(ctx, wish.payment, refund)
  return refund
}

/** Inserts the refund of an issue; the caller decides how it is sent. */
export async function insertRefund(
  ctx: Ctx,
  issue: IssueRow,
  { payment, order, isForBooking = false }: IssueRefund,
): Promise<RefundRow> {
  const [refund] = await ctx.db
    .insert(refunds)
    .values({
      id: ctx.newId('rfd'),
      paymentId: payment.id,
      partnerId: payment.partnerId,
      amountMinor: issue.suspenseMinor,
      currency: issue.currency,
      cause: isForBooking ? 'BOOKING_REJECTED' : 'PAYMENT_ISSUE',
      causeId: isForBooking ? payment.bookingId : issue.id,
      issueId: issue.id,
      reason: order.note,
      status: 'APPROVED',
      requestedBy: order.orderedBy,
      decidedBy: order.approvedBy,
      createdAt: ctx.now(),
    })
    .returning()
  return refund as RefundRow
}

/** Reserves everything left of a captured payment for the customer and debits it from the parties. */
async function takeFromParties(ctx: Ctx, issue: IssueRow, payment: PaymentRow): Promise<IssueRow> {
  const leftMinor = payment.capturedMinor - payment.refundReservedMinor
  const refundReservedMinor = payment.refundReservedMinor + leftMinor
  const taken = { amountMinor: leftMinor, cause: 'BOOKING_REJECTED' as const, tickets: 'ALL' as const }
  await postUnallocatedRefund(ctx, issue, { payment, taken, step: issue.version + 1 })
  const answeredAt = ctx.now()
  await ctx.db
    .update(payments)
    .set({ refundReservedMinor, ...debitsOf(payment, taken), answeredAt })
    .where(eq(payments.id, payment.id))
  return { ...issue, suspenseMinor: leftMinor, amountMinor: leftMinor }
}
