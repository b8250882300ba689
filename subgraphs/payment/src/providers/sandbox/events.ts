import { addJob } from '@tikitu/kit/messaging/jobs'
import { money } from '@tikitu/schema/money'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import { type ProviderEvent, WebhookRefused } from '../provider.ts'
import type { SandboxCtx } from './context.ts'
import { requireCard } from './methods.ts'
import { intentReport, refundReport } from './reports.ts'
import { signatureHeader, signWebhook } from './signature.ts'
import { type SandboxIntentRow, type SandboxRefundRow, sandboxEvents } from './tables.ts'

/** The job that delivers one event to the merchant. */
export const deliverTask = 'sandboxDeliver'

/** The delay of an unanswered card's webhook. By then the merchant should have reconciled. */
const silentDelayMs = 10 * 60_000

const at = z.iso.datetime().transform((text) => new Date(text))
const eventForm = z.object({
  id: z.string(),
  type: z.string(),
  report: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('payment'),
      paymentId: z.string(),
      attemptId: z.string().nullable(),
      outcome: z.enum(['REQUIRES_ACTION', 'PROCESSING', 'FAILED', 'CAPTURED', 'CANCELLED']),
      amount: money,
      failureCode: z.string().nullable(),
      actionUrl: z.string().nullable(),
      at,
    }),
    z.object({
      kind: z.literal('refund'),
      refundId: z.string(),
      paymentId: z.string(),
      outcome: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
      amount: money,
      failureCode: z.string().nullable(),
      at,
    }),
  ]),
})

/** Notifies the merchant of an intent's state, once the caller's transaction commits. */
export async function announceIntent(ctx: SandboxCtx, intent: SandboxIntentRow): Promise<void> {
  const card = requireCard(intent.method)
  if (card.isUnknown) return
  const report = intentReport(ctx, intent)
  const type = `payment.${report.outcome.toLowerCase()}`
  const how = { isDuplicated: card.isDuplicated ?? false, isLate: card.isUnanswered ?? false }
  await announce(ctx, { type, report }, how)
  if (intent.captures < 2) return
  await announce(ctx, { type, report: { ...report, attemptId: `${report.attemptId}_again` } }, how)
}

/** Notifies the merchant of a refund's state, once the caller's transaction commits. */
export async function announceRefund(
  ctx: SandboxCtx,
  refund: SandboxRefundRow,
  intent: SandboxIntentRow,
): Promise<void> {
  const report = refundReport(refund, intent)
  const isDuplicated = requireCard(intent.method).isDuplicated ?? false
  await announce(ctx, { type: `refund.${report.outcome.toLowerCase()}`, report }, { isDuplicated, isLate: false })
}

/** Posts an event to the merchant's webhook. @throws when it is not accepted, so that the job retries */
export async function deliver(ctx: SandboxCtx, eventId: string): Promise<void> {
  const [event] = await ctx.db.select().from(sandboxEvents).where(eq(sandboxEvents.id, eventId))
  if (!event) throw new Error(`the sandbox has no event ${eventId}`)
  const body = JSON.stringify(event.body)
  const signature = signWebhook({ body, secrets: ctx.sandbox.webhookSecrets, now: ctx.now() })
  const response = await fetch(ctx.sandbox.webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [signatureHeader]: signature },
    body,
    signal: AbortSignal.timeout(10_000),
  })
  const answer = await response.text()
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${answer.slice(0, 200)}`)
}

/** The sandbox's event in a webhook's content. @throws {WebhookRefused} */
export function readSandboxEvent(content: unknown): ProviderEvent {
  const result = eventForm.safeParse(content)
  if (!result.success) throw new WebhookRefused(400, `not an event of the sandbox: ${result.error.message}`)
  return result.data
}

async function announce(
  ctx: SandboxCtx,
  event: Omit<ProviderEvent, 'id'>,
  { isDuplicated, isLate }: { isDuplicated: boolean; isLate: boolean },
): Promise<void> {
  const runAt = isLate ? new Date(ctx.now().getTime() + silentDelayMs) : undefined
  const ids = isDuplicated ? [ctx.newId('sbe'), ctx.newId('sbe')] : [ctx.newId('sbe')]
  for (const id of ids) {
    await ctx.db.insert(sandboxEvents).values({ id, body: { id, ...event }, createdAt: ctx.now() })
  }
  for (const eventId of isDuplicated ? [...ids, ...ids.slice(0, 1)] : ids) {
    await addJob(ctx, { task: deliverTask, payload: { eventId }, runAt })
  }
}
