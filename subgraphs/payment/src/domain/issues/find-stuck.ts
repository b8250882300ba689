import { readConfig } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { configKeys } from '@tikitu/schema/config'
import { and, asc, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { payments, type RefundRow } from '../../db/tables/payments.ts'
import { type WebhookEventRow, webhookEvents } from '../../db/tables/webhooks.ts'
import type { PaymentUpdate, RefundUpdate } from '../../providers/provider.ts'
import { requireProvider } from '../payments/call-provider.ts'
import { lockPayment } from '../payments/lock-payment.ts'
import { requireRefund } from '../refunds/read-refund.ts'
import { postUnexpectedCapture, postUnexpectedRefund } from './issue-postings.ts'
import { openIssue } from './open-issue.ts'
import { unconfirmedKey } from './record-answer.ts'
import { outcomeKey } from './resolve-outcome-issue.ts'

const batchSize = 200

/** The time before which an unknown outcome is an issue. */
export async function stuckBefore(ctx: Ctx, what: 'payment' | 'refund'): Promise<Date> {
  const key = what === 'payment' ? 'payment.unknownAfterMinutes' : 'payment.refundUnknownAfterMinutes'
  const { type, fallback } = configKeys[key]
  const minutes = await readConfig(ctx, { key, type, fallback })
  return new Date(ctx.now().getTime() - minutes * 60_000)
}

/**
 * Opens an issue for a payment whose outcome is unknown for too long. Checked again under the lock: it may be known by now.
 */
export async function openUnknownPayment(ctx: Ctx, paymentId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, paymentId)
    if (payment.status !== 'PROCESSING' && payment.status !== 'REQUIRES_ACTION') return
    const { provider, amountMinor, currency } = payment
    const amount = { amountMinor, currency }
    const stuck = { kind: 'OUTCOME_UNKNOWN', key: outcomeKey(paymentId), payment, provider, amount } as const
    await openIssue(ctx, { ...stuck, expected: amount, received: null })
  })
}

/** Opens an issue for a refund whose outcome is unknown for too long. */
export async function openUnknownRefund(ctx: Ctx, { id, paymentId }: RefundRow): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, paymentId)
    const refund = await requireRefund(ctx, id)
    if (refund.status !== 'APPROVED' && refund.status !== 'PENDING') return
    const { amountMinor, currency } = refund
    const amount = { amountMinor, currency }
    const stuck = { kind: 'OUTCOME_UNKNOWN', key: outcomeKey(id), payment, provider: payment.provider, amount } as const
    await openIssue(ctx, { ...stuck, expected: amount, received: null, refundId: id })
  })
}

/**
 * Opens issues for captured payments that booking has neither confirmed nor rejected: nobody has a ticket or a refund for
 * that money.
 */
export async function findUnconfirmed(ctx: Ctx): Promise<void> {
  const before = await stuckBefore(ctx, 'payment')
  const due = await ctx.db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        isNotNull(payments.capturedAt),
        isNull(payments.answeredAt),
        sql`coalesce(asked_at, captured_at) < ${before.toISOString()}`,
      ),
    )
    .orderBy(sql`coalesce(asked_at, captured_at)`)
    .limit(batchSize)
  for (const { id } of due) await continueOnError(ctx, id, () => openUnconfirmed(ctx, id))
}

async function openUnconfirmed(ctx: Ctx, paymentId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const payment = await lockPayment(ctx, paymentId)
    await ctx.db.update(payments).set({ askedAt: ctx.now() }).where(eq(payments.id, paymentId))
    if (payment.answeredAt !== null || payment.capturedAt === null) return
    const { provider, capturedMinor: amountMinor, currency } = payment
    const amount = { amountMinor, currency }
    const stuck = { kind: 'UNCONFIRMED_CAPTURE', key: unconfirmedKey(paymentId), payment, provider, amount } as const
    await openIssue(ctx, { ...stuck, expected: amount, received: amount })
  })
}

/** Opens issues for webhooks deferred for too long: money that moved without a known payment. */
export async function findUnmatched(ctx: Ctx): Promise<void> {
  const before = await stuckBefore(ctx, 'payment')
  const isStuck = and(
    eq(webhookEvents.status, 'PARKED'),
    isNull(webhookEvents.issueId),
    lt(webhookEvents.receivedAt, before),
  )
  const due = await ctx.db
    .select()
    .from(webhookEvents)
    .where(isStuck)
    .orderBy(asc(webhookEvents.receivedAt))
    .limit(batchSize)
  for (const { provider, eventId } of due) {
    await continueOnError(ctx, eventId, () => openUnmatched(ctx, provider, eventId))
  }
}

async function openUnmatched(ctx: Ctx, provider: string, eventId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const isIt = and(eq(webhookEvents.provider, provider), eq(webhookEvents.eventId, eventId))
    const [event] = await ctx.db.select().from(webhookEvents).where(isIt).for('update')
    if (event?.status !== 'PARKED' || event.issueId !== null) return
    const { report: update } = requireProvider(ctx, provider).readEvent(event.body)
    const issueId = hasMoved(update) ? await openUnmatchedIssue(ctx, event, update) : null
    await ctx.db
      .update(webhookEvents)
      .set(issueId ? { issueId } : { status: 'UNMATCHED' })
      .where(isIt)
  })
}

type ProviderUpdate = PaymentUpdate | RefundUpdate

function hasMoved(update: ProviderUpdate): boolean {
  return update.kind === 'payment' ? update.outcome === 'CAPTURED' : update.outcome === 'SUCCEEDED'
}

async function openUnmatchedIssue(
  ctx: Ctx,
  { provider, eventId }: WebhookEventRow,
  update: ProviderUpdate,
): Promise<string> {
  const { amount, at } = update
  const isIn = update.kind === 'payment'
  const issue = await openIssue(ctx, {
    ...{ kind: 'UNMATCHED_REPORT', key: `report:${provider}:${eventId}`, payment: null, provider, amount },
    ...{ received: amount, webhookId: eventId, note: `${update.kind} ${isIn ? update.paymentId : update.refundId}` },
    suspenseMinor: isIn ? amount.amountMinor : -amount.amountMinor,
  })
  const posting = { amountMinor: amount.amountMinor, at, step: issue.version }
  if (isIn) await postUnexpectedCapture(ctx, issue, posting)
  else await postUnexpectedRefund(ctx, issue, posting)
  return issue.id
}

/** Logs a failure and goes on, so that one row does not hold up the others. */
export async function continueOnError(ctx: Ctx, id: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    ctx.log.error({ err: error, id }, 'reconciling failed; it is left for the next run')
  }
}
