import { listApprovers } from '@tikitu/kit/access/approvers'
import { Forbidden, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PaymentRow, payments, type RefundRow } from '../../db/tables/payments.ts'
import { partnerMembers } from '../../db/tables/projections.ts'
import { emit } from '../../emit.ts'
import { TicketChoiceNeeded } from '../../errors.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { partiesOf } from '../payments/payment-parties.ts'
import { requireActiveUser } from '../projections/active-user.ts'
import { mayRefundFor, maySeeMoneyOf } from '../projections/partner-role.ts'
import { auditRefund } from './audit-refund.ts'
import { openRefund, refundableOf } from './open-refund.ts'
import { requireRefund } from './read-refund.ts'
import { needsApproval } from './refund-limit.ts'

export interface RefundPaymentInput {
  paymentId: string
  amount: Money
  /** The internal reason, never shown to the customer. */
  reason: string
  messageToCustomer?: string | null
  tickets?: 'ALL' | 'NONE' | 'LISTED' | null
  ticketIds?: readonly string[] | null
  idempotencyKey?: string | null
}

/**
 * Refunds part or all of a payment for staff or the partner: for tickets, which booking cancels before the money is sent,
 * or as goodwill, when they stay valid. Refunding everything left requires the choice. Above the configured amount it needs
 * a second person's approval.
 * @throws {NotFound | Forbidden | InvalidInput | RefundTooLarge | TicketChoiceNeeded | UserSuspended}
 */
export async function refundPayment(ctx: Ctx, input: RefundPaymentInput): Promise<RefundRow> {
  const refund = await idempotent(
    ctx,
    { operation: 'refundPayment', input },
    {
      authorize: (ctx) => requireRightToRefund(ctx, input.paymentId),
      load: requireRefund,
      act: (ctx, requestedBy) => requestRefund(ctx, input, requestedBy),
    },
  )
  ctx.load.payment.clear(input.paymentId)
  return refund
}

/** The caller's id, if they may refund this payment. @throws {NotFound | Forbidden | UserSuspended} */
async function requireRightToRefund(ctx: Ctx, paymentId: string): Promise<string> {
  const { userId } = await requireActiveUser(ctx)
  const [payment] = await ctx.db.select().from(payments).where(eq(payments.id, paymentId))
  if (!payment || !(await maySeeMoneyOf(ctx, payment.partnerId))) throw new NotFound('payment', paymentId)
  if (!(await mayRefundFor(ctx, payment.partnerId))) throw new Forbidden('This requires the FINANCE role.')
  return userId
}

async function requestRefund(ctx: Ctx, input: RefundPaymentInput, requestedBy: string): Promise<RefundRow> {
  const payment = await lockPayment(ctx, input.paymentId)
  requireSensible(payment, input)
  const { amountMinor } = input.amount
  const tickets = readTickets(input)
  if (tickets === null && amountMinor === refundableOf(payment)) throw new TicketChoiceNeeded()
  const refund = await openRefund(ctx, payment, {
    amountMinor,
    cause: 'STAFF',
    reason: input.reason.trim(),
    messageToCustomer: input.messageToCustomer?.trim() || null,
    tickets: tickets ?? 'NONE',
    requestedBy,
    needsApproval: await needsApproval(ctx, payment, { amountMinor, requestedBy }),
  })
  await auditRefund(ctx, { action: 'refundPayment', payment, refund })
  if (refund.status === 'REQUESTED') await requestApproval(ctx, payment, refund)
  return refund
}

/** Notifies everybody who can approve a refund. */
async function requestApproval(ctx: Ctx, payment: PaymentRow, refund: RefundRow): Promise<void> {
  const { id: refundId, amountMinor, currency, requestedBy } = refund
  const approverIds = await listApprovers(ctx, partnerMembers, { partnerId: payment.partnerId, requestedBy })
  const data = { ...partiesOf(payment), refundId, amount: { amountMinor, currency }, requestedBy, approverIds }
  await emit(ctx, 'payment.approvalRequested', { subject: refundId, data })
}

/** The tickets to cancel; null when the input does not say. @throws {InvalidInput} */
function readTickets({ tickets, ticketIds }: RefundPaymentInput): RefundRow['tickets'] | null {
  const listed = ticketIds ?? null
  const choice = tickets ?? (listed ? 'LISTED' : null)
  if (choice !== 'LISTED') {
    if (listed) throw new InvalidInput([{ field: 'ticketIds', message: `must be omitted when tickets is ${choice}` }])
    return choice
  }
  const isSensible = listed && listed.length > 0 && listed.length <= 100 && new Set(listed).size === listed.length
  if (!isSensible) throw new InvalidInput([{ field: 'ticketIds', message: 'must list 1 to 100 different tickets' }])
  return [...listed]
}

function requireSensible(payment: PaymentRow, { amount, reason, messageToCustomer }: RefundPaymentInput): void {
  const problems = [
    amount.currency !== payment.currency && { field: 'amount.currency', message: `must be ${payment.currency}` },
    amount.amountMinor <= 0 && { field: 'amount.amountMinor', message: 'must be above 0' },
    (reason.trim() === '' || reason.length > 500) && { field: 'reason', message: 'must have 1 to 500 characters' },
    (messageToCustomer ?? '').length > 500 && { field: 'messageToCustomer', message: 'must be at most 500 characters' },
  ].filter((problem) => problem !== false)
  if (problems.length > 0) throw new InvalidInput(problems)
}
