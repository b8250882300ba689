import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../../context.ts'
import { applyCancelledTickets, applyIssuedTickets } from '../projections/apply-facts.ts'
import { notify } from './notify.ts'

/** Brings the customer their tickets. */
export async function announceTickets(ctx: Ctx, data: Payload<'booking.ticketsIssued'>): Promise<void> {
  if (data.tickets.length === 0) return
  await applyIssuedTickets(ctx, data)
  const first = data.tickets.map((ticket) => ticket.ticketId).toSorted()[0]
  const cause = `booking.ticketsIssued:${first}`
  await notify(ctx, { kind: 'TICKETS_ISSUED', cause, to: [{ userId: data.userId }], data })
}

/** Tells the customer that there are no tickets, and that the money comes back. */
export async function announceRejection(ctx: Ctx, data: Payload<'booking.rejected'>): Promise<void> {
  const cause = `booking.rejected:${data.bookingId}`
  await notify(ctx, { kind: 'BOOKING_REJECTED', cause, to: [{ userId: data.userId }], data })
}

/** Tells the customer which tickets are void, and what comes back. */
export async function announceCancellation(ctx: Ctx, data: Payload<'booking.ticketsCancelled'>): Promise<void> {
  await applyCancelledTickets(ctx, data)
  const cause = `booking.ticketsCancelled:${data.cancellationId}`
  await notify(ctx, { kind: 'TICKETS_CANCELLED', cause, to: [{ userId: data.userId }], data })
}

/** Tells the customer, once per payment, that it did not work; unless it did in the meantime. */
export async function announceFailedPayment(ctx: Ctx, data: Payload<'payment.failed'>): Promise<void> {
  const cause = `payment.failed:${data.paymentId}`
  await notify(ctx, { kind: 'PAYMENT_FAILED', cause, to: [{ userId: data.userId }], data })
}

/** Notifies the customer that a refund was sent. */
export async function announceRefund(ctx: Ctx, data: Payload<'payment.refunded'>): Promise<void> {
  const cause = `payment.refunded:${data.refundId}`
  await notify(ctx, { kind: 'PAYMENT_REFUNDED', cause, to: [{ userId: data.userId }], data })
}

/** Notifies the possible approvers of a refund. */
export async function announceRefundRequest(ctx: Ctx, data: Payload<'payment.approvalRequested'>): Promise<void> {
  const { refundId: requestId, partnerId, reference: subject, amount } = data
  const to = data.approverIds.map((userId) => ({ userId }))
  const cause = `payment.approvalRequested:${requestId}`
  const request = { requestId, partnerId, kind: 'REFUND' as const, subject, amount }
  await notify(ctx, { kind: 'APPROVAL_REQUESTED', cause, to, data: request })
}

/** Notifies the possible approvers of a cancellation. */
export async function announceCancellationRequest(ctx: Ctx, data: Payload<'booking.approvalRequested'>): Promise<void> {
  const { requestId, partnerId, kind, eventTitle: subject, amount } = data
  const to = data.approverIds.map((userId) => ({ userId }))
  const cause = `booking.approvalRequested:${requestId}`
  await notify(ctx, { kind: 'APPROVAL_REQUESTED', cause, to, data: { requestId, partnerId, kind, subject, amount } })
}

/** Tells the owners what became of their application. It may be decided again, so each decision is a cause of its own. */
export async function announceDecision(
  ctx: Ctx,
  data: Payload<'partner.applicationDecided'>,
  event: CloudEvent,
): Promise<void> {
  const to = data.ownerIds.map((userId) => ({ userId }))
  await notify(ctx, { kind: 'APPLICATION_DECIDED', cause: `partner.applicationDecided:${event.id}`, to, data })
}

/** Brings an invitation to its address. It may be sent anew with another secret, so each is a cause of its own. */
export async function announceInvitation(
  ctx: Ctx,
  data: Payload<'partner.memberInvited'>,
  event: CloudEvent,
): Promise<void> {
  const to = [{ email: data.email }]
  await notify(ctx, { kind: 'MEMBER_INVITED', cause: `partner.memberInvited:${event.id}`, to, data })
}

/** Tells the customer that money is stuck and what happens next, when it begins. How it ends is told by tickets or a refund. */
export async function announceIssue(ctx: Ctx, data: Payload<'payment.issueChanged'>): Promise<void> {
  const { userId, bookingId, reference, occasion } = data
  const isNews = occasion === 'OPENED' || occasion === 'REOPENED'
  if (!isNews || userId === null || bookingId === null || reference === null) return
  const cause = `payment.issueChanged:${data.issueId}:${data.version}`
  await notify(ctx, { kind: 'PAYMENT_ISSUE', cause, to: [{ userId }], data })
}
