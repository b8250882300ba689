import type { Money } from '@tikitu/kit/base/money'
import type { Payload } from '@tikitu/schema/events/registry'
import { eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { refundDecisions } from '../../db/tables/facts.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { kindDefinitions } from '../../kinds/registry.ts'
import { wakeMessages } from '../delivery/requeue-messages.ts'

/** How long a message waits for the refund amount. After that it is sent without one. */
const patienceMs = 10 * 60_000

/** Stores the refund for a cancellation or rejected booking, and sends the messages that waited for it. */
export async function applyRefundDecision(ctx: Ctx, decided: Payload<'payment.refundDecided'>): Promise<void> {
  const { causeId, amount } = decided
  const { amountMinor, currency } = amount
  const decision = { causeId, amountMinor, currency, decidedAt: ctx.now() }
  await ctx.db.insert(refundDecisions).values(decision).onConflictDoNothing()
  const causes = [`booking.ticketsCancelled:${causeId}`, `booking.rejected:${causeId}`]
  await wakeMessages(ctx, inArray(notifications.cause, causes), ['SCHEDULED', 'RETRY_WAIT'])
}

/** What a message that speaks of a refund can say of it now. */
export type RefundNews =
  | { kind: 'decided'; refund: Money }
  /** Payment has not said yet, and it is too early to write without it. */
  | { kind: 'wait'; until: Date }
  /** Payment has not said yet: the message promises nothing. */
  | { kind: 'open' }

/** The refund for the cause of this message; null if the message is not about one. */
export async function refundDecisionFor(ctx: Ctx, message: NotificationRow): Promise<RefundNews | null> {
  const causeId = causeOf(message)
  if (!causeId) return null
  const [decision] = await ctx.db.select().from(refundDecisions).where(eq(refundDecisions.causeId, causeId))
  if (decision) return { kind: 'decided', refund: { amountMinor: decision.amountMinor, currency: decision.currency } }
  const until = new Date(message.createdAt.getTime() + patienceMs)
  return until > ctx.now() ? { kind: 'wait', until } : { kind: 'open' }
}

function causeOf({ kind, data }: NotificationRow): string | null {
  if (kind === 'BOOKING_REJECTED') return kindDefinitions.BOOKING_REJECTED.data.parse(data).bookingId
  if (kind !== 'TICKETS_CANCELLED') return null
  const { paymentId, cancellationId, entitled, refund } = kindDefinitions.TICKETS_CANCELLED.data.parse(data)
  return paymentId && (entitled ?? refund).amountMinor > 0 ? cancellationId : null
}
