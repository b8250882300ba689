import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import type { Status } from '../../db/columns.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { suppressions } from '../../db/tables/people.ts'
import { emit } from '../../emit.ts'
import type { SesEvent } from '../../feedback/ses-event.ts'
import { recordTimeline } from './record-timeline.ts'

/** The feedback arrived before the row that records the mail as sent. SES should retry. */
export class MessageNotSentYet extends Error {
  override readonly name = 'MessageNotSentYet'
}

/** How long after a mail was taken its row may still be missing. */
const recordedWithinMs = 10 * 60_000

/** From which states a message comes to this one: feedback arrives in any order, and more than once. */
const before = {
  DELIVERED: ['SENT'],
  BOUNCED: ['SENT', 'DELIVERED'],
  COMPLAINED: ['SENT', 'DELIVERED', 'BOUNCED'],
} as const satisfies Partial<Record<Status, readonly Status[]>>

/**
 * Records what became of a mail, and stops everything to an address that does not exist or whose owner complained. A mailbox that is
 * full, or a server that is down, is no reason to stop. The same event twice is the same event.
 * @throws {MessageNotSentYet} when the mail is too new to be unknown
 */
export async function applyFeedback(ctx: Ctx, event: SesEvent): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await suppressAddresses(tx, event)
    const message = await findMessage(tx, event)
    if (!message) return
    const status = statusAfter(event)
    const [moved] = await tx.db
      .update(notifications)
      .set({ status, lastError: status === 'DELIVERED' ? null : detailOf(event) })
      .where(and(eq(notifications.id, message.id), inArray(notifications.status, [...before[status]])))
      .returning()
    if (!moved) return
    await recordTimeline(tx, [moved], { status, detail: detailOf(event) })
    if (status === 'BOUNCED') await announceFailure(tx, moved)
  })
}

function statusAfter({ type }: SesEvent): keyof typeof before {
  return ({ Bounce: 'BOUNCED', Complaint: 'COMPLAINED', Delivery: 'DELIVERED' } as const)[type]
}

function detailOf(event: SesEvent): string | null {
  if (event.type === 'Bounce') return `${event.bounce.bounceType}: ${event.bounce.bounceSubType ?? 'General'}`
  return event.type === 'Complaint' ? (event.complaint.complaintFeedbackType ?? 'complaint') : null
}

async function suppressAddresses(ctx: Ctx, event: SesEvent): Promise<void> {
  const addresses = deadAddresses(event)
  if (addresses.length === 0) return
  const reason = event.type === 'Complaint' ? ('COMPLAINT' as const) : ('HARD_BOUNCE' as const)
  const row = { channel: 'EMAIL' as const, reason, detail: detailOf(event), createdAt: ctx.now() }
  await ctx.db
    .insert(suppressions)
    .values(addresses.map((address) => ({ ...row, address: address.toLowerCase() })))
    .onConflictDoNothing()
}

function deadAddresses(event: SesEvent): string[] {
  if (event.type === 'Complaint') return event.complaint.complainedRecipients.map(({ emailAddress }) => emailAddress)
  if (event.type !== 'Bounce' || event.bounce.bounceType !== 'Permanent') return []
  return event.bounce.bouncedRecipients.map(({ emailAddress }) => emailAddress)
}

/** Null for a mail that is none of ours: others may send from the same domain. */
async function findMessage(ctx: Ctx, { mail }: SesEvent): Promise<NotificationRow | null> {
  const [message] = await ctx.db
    .select()
    .from(notifications)
    .where(and(eq(notifications.providerMessageId, mail.messageId), eq(notifications.channel, 'EMAIL')))
  if (message) return message
  const isNew = ctx.now().getTime() - mail.timestamp.getTime() < recordedWithinMs
  if (isNew) throw new MessageNotSentYet(`message ${mail.messageId} is not known yet`)
  return null
}

async function announceFailure(ctx: Ctx, { id, userId, kind, channel, lastError }: NotificationRow): Promise<void> {
  const data = { notificationId: id, userId, kind, channel, error: `bounced, ${lastError ?? ''}` }
  await emit(ctx, 'notification.failed', { subject: id, data })
}
