import { inTransaction } from '@tikitu/kit/postgres/database'
import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import { and, eq, inArray } from 'drizzle-orm'
import { DeliveryRefused } from '../../channels/channel.ts'
import type { Ctx } from '../../context.ts'
import type { SkipReason } from '../../db/columns.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { suppressions } from '../../db/tables/people.ts'
import { emit } from '../../emit.ts'
import { inboxTopic } from '../inbox/watch-inbox.ts'
import { factsRetryDelay, maxAttempts, maxRetryDays, pauseAfter } from './backoff.ts'
import { type Decision, decide } from './decide.ts'
import { enqueue } from './queue.ts'
import { recordTimeline } from './record-timeline.ts'
import { type SentMessage, sendOut } from './send-message.ts'

const waiting = ['CREATED', 'SCHEDULED', 'QUEUED', 'RETRY_WAIT'] as const

/**
 * Brings a message one step on: sends it, or leaves it out with the reason, or puts it off. Preferences, suppression and
 * relevance are asked now, whatever they were before. Two at once send it once. A message that a provider took in the instant
 * before this process died is sent again, under the same Message-ID: better twice in the post than a ticket lost.
 */
export async function deliverMessage(ctx: Ctx, notificationId: string): Promise<void> {
  const [message] = await ctx.db.select().from(notifications).where(eq(notifications.id, notificationId))
  if (!message || !(waiting as readonly string[]).includes(message.status)) return
  const decision = await decide(ctx, message)
  if (decision.kind === 'skip') return await skip(ctx, message, decision.reason)
  if (decision.kind === 'wait') return await putOff(ctx, message, decision)
  const claimed = await claim(ctx, message)
  if (!claimed) return
  const outcome = await sendOut(ctx, claimed, decision).catch((error: Error) => error)
  if (outcome instanceof Error) await recordFailure(ctx, claimed, { error: outcome, decision })
  else await recordSent(ctx, claimed, outcome)
}

async function skip(ctx: Ctx, message: NotificationRow, skipReason: SkipReason): Promise<void> {
  await move(ctx, message, { set: { status: 'SKIPPED', skipReason, notBefore: null }, detail: skipReason })
}

/**
 * Gives up after days. What the message waits for may have come since the decision: so it is decided again once this transaction
 * holds the row. A fact that comes later wakes the message.
 */
async function putOff(
  ctx: Ctx,
  message: NotificationRow,
  { status, until, detail }: Extract<Decision, { kind: 'wait' }>,
): Promise<void> {
  const ageMs = ctx.now().getTime() - message.createdAt.getTime()
  if (!until && ageMs > maxRetryDays * 24 * 3_600_000) return await fail(ctx, message, detail)
  const notBefore = until ?? factsRetryDelay(ctx.now(), ageMs)
  await inTransaction(ctx, async (tx) => {
    const moved = await move(tx, message, { set: { status, notBefore }, detail })
    if (!moved) return
    const isStillWaiting = (await decide(tx, message)).kind === 'wait'
    await enqueue(tx, [{ ...message, notBefore: isStillWaiting ? notBefore : null }])
  })
}

async function claim(ctx: Ctx, message: NotificationRow): Promise<NotificationRow | null> {
  const set = { status: 'SENDING' as const, attempts: message.attempts + 1, claimedAt: ctx.now(), notBefore: null }
  return await move(ctx, message, { set, detail: null })
}

async function recordSent(ctx: Ctx, message: NotificationRow, sent: SentMessage): Promise<void> {
  const set = { ...sent, sentAt: ctx.now(), lastError: null }
  await inTransaction(ctx, async (tx) => {
    const moved = await move(tx, message, { set, detail: sent.providerMessageId })
    if (moved?.channel === 'IN_APP' && moved.userId) await notifyWatchers(tx, inboxTopic(moved.userId))
  })
}

async function recordFailure(
  ctx: Ctx,
  message: NotificationRow,
  { error, decision }: { error: Error; decision: Extract<Decision, { kind: 'send' }> },
): Promise<void> {
  ctx.log.warn({ err: error, notificationId: message.id, attempts: message.attempts }, 'sending a message failed')
  const isFinal = error instanceof DeliveryRefused
  await inTransaction(ctx, async (tx) => {
    if (isFinal && error.isAddressDead) await suppress(tx, decision, error.message)
    if (isFinal || message.attempts >= maxAttempts) return await fail(tx, message, error.message)
    const notBefore = pauseAfter(message.attempts, ctx.now())
    const set = { status: 'RETRY_WAIT' as const, notBefore, lastError: error.message }
    const moved = await move(tx, message, { set, detail: error.message })
    if (moved) await enqueue(tx, [{ ...message, notBefore }])
  })
}

/** A dead letter: nothing happens to it until somebody sends it again. */
async function fail(ctx: Ctx, message: NotificationRow, error: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const set = { status: 'FAILED' as const, notBefore: null, lastError: error }
    const failed = await move(tx, message, { set, detail: error })
    if (!failed) return
    const { id, userId, kind, channel } = message
    const data = { notificationId: id, userId, kind, channel, error: withoutAddresses(error) }
    await emit(tx, 'notification.failed', { subject: id, data })
  })
}

/** Provider errors often contain the address, and events are stored permanently. */
function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>"']+@[^\s<>"':;,]+|\+\d{6,15}/g, '[address]')
}

/** Nothing more goes to an address that does not exist, and the sender's good name with it. */
async function suppress(ctx: Ctx, { to }: Extract<Decision, { kind: 'send' }>, detail: string): Promise<void> {
  if (to.channel !== 'EMAIL' && to.channel !== 'SMS') return
  await ctx.db
    .insert(suppressions)
    .values({
      channel: to.channel,
      address: to.address.toLowerCase(),
      reason: 'HARD_BOUNCE',
      detail,
      createdAt: ctx.now(),
    })
    .onConflictDoNothing()
}

/** Only from the status that was read: a concurrent second update finds it changed and does nothing. */
async function move(
  ctx: Ctx,
  message: NotificationRow,
  { set, detail }: { set: Partial<NotificationRow> & Pick<NotificationRow, 'status'>; detail: string | null },
): Promise<NotificationRow | null> {
  return await inTransaction(ctx, async (tx) => {
    const [moved] = await tx.db
      .update(notifications)
      .set(set)
      .where(
        and(
          eq(notifications.id, message.id),
          eq(notifications.attempts, message.attempts),
          message.status === 'SENDING'
            ? eq(notifications.status, 'SENDING')
            : inArray(notifications.status, [...waiting]),
        ),
      )
      .returning()
    if (moved) await recordTimeline(tx, [moved], { status: set.status, detail })
    return moved ?? null
  })
}
