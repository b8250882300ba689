import { and, eq, isNull, sql } from 'drizzle-orm'
import type { PushTarget } from '../../channels/channel.ts'
import type { Ctx } from '../../context.ts'
import type { Channel, SkipReason } from '../../db/columns.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { type DeviceRow, devices, type RecipientRow, recipients, suppressions } from '../../db/tables/people.ts'
import { refundDecisionFor } from '../announcements/refund-decision.ts'
import { relevantData } from '../announcements/relevant-data.ts'
import { isTransactional, isWanted } from '../preferences/is-wanted.ts'
import { quietUntil } from './quiet-hours.ts'

/** Where a message goes. */
export type Destination =
  | { channel: 'EMAIL' | 'SMS'; address: string }
  | { channel: 'PUSH'; targets: (PushTarget & Pick<DeviceRow, 'id'>)[] }
  | { channel: 'IN_APP' }

/** What is to become of a message at this moment. */
export type Decision =
  | { kind: 'skip'; reason: SkipReason }
  | { kind: 'wait'; status: 'SCHEDULED' | 'RETRY_WAIT'; until: Date | null; detail: string }
  | { kind: 'send'; to: Destination; data: unknown; recipient: Recipient }

/** Who reads it, as far as writing it is concerned. */
export type Recipient = Pick<RecipientRow, 'locale' | 'name'>

/**
 * Asks everything that may speak against sending a message now: whether the channel is on, the recipient known and willing,
 * the hour right, the address good, and the news still news. Only reads.
 */
export async function decide(ctx: Ctx, message: NotificationRow): Promise<Decision> {
  if (!isOpen(ctx, message.channel)) return { kind: 'skip', reason: 'CHANNEL_OFF' }
  const person = message.userId ? await findRecipient(ctx, message.userId) : null
  if (message.userId && !person) {
    return { kind: 'wait', status: 'RETRY_WAIT', until: null, detail: 'the recipient is not known yet' }
  }
  const unwilling = person ? await findSkipReason(ctx, message, person) : null
  if (unwilling) return unwilling
  const to = await destinationOf(ctx, message, person)
  if (!to) return withoutAddress(message)
  if (await isSuppressed(ctx, to)) return { kind: 'skip', reason: 'SUPPRESSED' }
  const news = await refundDecisionFor(ctx, message)
  if (news?.kind === 'wait') {
    return { kind: 'wait', status: 'SCHEDULED', until: news.until, detail: 'the refund amount is not known yet' }
  }
  const data = await relevantData(ctx, message)
  if (data === null) return { kind: 'skip', reason: 'NOT_RELEVANT' }
  return { kind: 'send', to, data, recipient: person ?? (await guestAt(ctx, message.recipient)) }
}

/** Whether that channel is set up. */
export function isOpen(ctx: Ctx, channel: Channel): boolean {
  if (channel === 'IN_APP') return true
  return { EMAIL: ctx.channels.email, SMS: ctx.channels.sms, PUSH: ctx.channels.push }[channel] !== null
}

async function findRecipient(ctx: Ctx, userId: string): Promise<RecipientRow | null> {
  const [row] = await ctx.db.select().from(recipients).where(eq(recipients.userId, userId))
  return row ?? null
}

async function findSkipReason(ctx: Ctx, message: NotificationRow, person: RecipientRow): Promise<Decision | null> {
  const { category, channel } = message
  if (category === 'MARKETING' && !person.marketingConsent) return { kind: 'skip', reason: 'NO_CONSENT' }
  if (!(await isWanted(ctx, person.userId, { category, channel }))) return { kind: 'skip', reason: 'PREFERENCE_OFF' }
  if (isTransactional(category)) return null
  if (person.status === 'SUSPENDED') return { kind: 'skip', reason: 'RECIPIENT_SUSPENDED' }
  const until = channel === 'IN_APP' ? null : await quietUntil(ctx, person)
  return until && { kind: 'wait', status: 'SCHEDULED', until, detail: 'quiet hours' }
}

async function destinationOf(
  ctx: Ctx,
  { channel, recipient, userId }: NotificationRow,
  person: RecipientRow | null,
): Promise<Destination | null> {
  if (channel === 'IN_APP') return userId ? { channel } : null
  if (channel === 'PUSH') {
    const targets = await ctx.db
      .select()
      .from(devices)
      .where(and(eq(devices.userId, recipient), isNull(devices.disabledAt)))
    return targets.length > 0 ? { channel, targets } : null
  }
  const address = userId ? (channel === 'EMAIL' ? person?.email : person?.phone) : recipient
  return address ? { channel, address } : null
}

/** A first sign-in may tell us of a person before it tells us their e-mail address: what must be known waits for it. */
function withoutAddress({ channel, category, userId }: NotificationRow): Decision {
  if (channel === 'EMAIL' && userId && isTransactional(category)) {
    return { kind: 'wait', status: 'RETRY_WAIT', until: null, detail: 'the recipient has no e-mail address yet' }
  }
  return { kind: 'skip', reason: 'NO_ADDRESS' }
}

async function isSuppressed(ctx: Ctx, to: Destination): Promise<boolean> {
  if (to.channel !== 'EMAIL' && to.channel !== 'SMS') return false
  const [row] = await ctx.db
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.channel, to.channel), eq(suppressions.address, to.address.toLowerCase())))
  return row !== undefined
}

/** Somebody without an account, or with one that the sender did not know of. */
async function guestAt(ctx: Ctx, email: string): Promise<Recipient> {
  const [known] = await ctx.db
    .select({ locale: recipients.locale, name: recipients.name })
    .from(recipients)
    .where(sql`lower(${recipients.email}) = ${email}`)
    .limit(1)
  return known ?? { locale: 'en', name: null }
}
