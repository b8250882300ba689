import { NotFound } from '@tikitu/kit/base/errors'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type WebhookEventRow, webhookEvents } from '../../db/tables/webhooks.ts'
import type { ProviderEvent, WebhookRequest } from '../../providers/provider.ts'
import { lockIssue, resolveIssue } from '../issues/change-issue.ts'
import { postReversal } from '../issues/issue-postings.ts'
import { applyProviderUpdate } from '../payments/apply-provider-update.ts'
import { requireProvider } from '../payments/call-provider.ts'
import { applyRefundUpdate } from '../refunds/apply-refund-update.ts'

/** The job that handles a deferred webhook again. */
export const deferredTask = 'handleDeferredWebhook'

const deferredMs = 5_000

/**
 * Handles a provider's webhook, once per event and in the transaction that records it. One about something unknown is
 * deferred, not lost. @throws {WebhookRefused}
 */
export async function handleWebhook(
  ctx: Ctx,
  providerName: string,
  request: WebhookRequest,
): Promise<WebhookEventRow['status'] | 'DUPLICATE'> {
  const provider = requireProvider(ctx, providerName)
  const content = provider.openWebhook(request)
  const event = provider.readEvent(content)
  return await inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const kept = await ctx.db
      .insert(webhookEvents)
      .values({
        provider: providerName,
        eventId: event.id,
        type: event.type,
        body: content,
        status: 'TAKEN',
        receivedAt: now,
        takenAt: now,
      })
      .onConflictDoNothing()
      .returning()
    if (kept.length === 0) return 'DUPLICATE'
    return (await isApplied(ctx, event)) ? 'TAKEN' : await defer(ctx, providerName, event.id)
  })
}

/** Handles a deferred webhook again. @throws {NotFound} while what it is about is still unknown */
export async function handleDeferredWebhook(ctx: Ctx, providerName: string, eventId: string): Promise<void> {
  const provider = requireProvider(ctx, providerName)
  await inTransaction(ctx, async (ctx) => {
    const [parked] = await ctx.db.select().from(webhookEvents).where(isEvent(providerName, eventId)).for('update')
    if (parked?.status !== 'PARKED') return
    if (!(await isResolvedByStaff(ctx, parked))) await apply(ctx, provider.readEvent(parked.body))
    await ctx.db
      .update(webhookEvents)
      .set({ status: 'TAKEN', takenAt: ctx.now() })
      .where(isEvent(providerName, eventId))
  })
}

/**
 * Resolves the issue that the webhook became, now that it matches; true when staff resolved it before. Rolled back while it
 * still does not match.
 */
async function isResolvedByStaff(ctx: Ctx, { issueId }: WebhookEventRow): Promise<boolean> {
  if (issueId === null) return false
  const issue = await lockIssue(ctx, issueId)
  if (issue.status === 'RESOLVED') return true
  await postReversal(ctx, issue, issue.suspenseMinor > 0 ? 'MISMATCHED_CAPTURE' : 'MISMATCHED_REFUND')
  await resolveIssue(ctx, issue, { step: 'MATCHED', resolution: 'SETTLED' })
  return false
}

async function isApplied(ctx: Ctx, event: ProviderEvent): Promise<boolean> {
  try {
    await apply(ctx, event)
    return true
  } catch (error) {
    if (error instanceof NotFound) return false
    throw error
  }
}

async function apply(ctx: Ctx, { report }: ProviderEvent): Promise<void> {
  if (report.kind === 'payment') await applyProviderUpdate(ctx, report)
  else await applyRefundUpdate(ctx, report)
}

async function defer(ctx: Ctx, provider: string, eventId: string): Promise<'PARKED'> {
  await ctx.db.update(webhookEvents).set({ status: 'PARKED', takenAt: null }).where(isEvent(provider, eventId))
  const runAt = new Date(ctx.now().getTime() + deferredMs)
  await addJob(ctx, { task: deferredTask, payload: { provider, eventId }, runAt })
  ctx.log.warn({ provider, eventId }, 'a webhook is about something unknown and was deferred')
  return 'PARKED'
}

function isEvent(provider: string, eventId: string) {
  return and(eq(webhookEvents.provider, provider), eq(webhookEvents.eventId, eventId))
}
