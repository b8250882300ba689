import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys } from '@tikitu/kit/auth/signing-keys'
import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { events, type Payload } from '@tikitu/schema/events/registry'
import { asc, eq, sql } from 'drizzle-orm'
import type { Channels, Mail } from '../src/channels/channel.ts'
import { type Ctx, createCtx } from '../src/context.ts'
import type { Kind } from '../src/db/columns.ts'
import { type NotificationRow, notificationSteps, notifications } from '../src/db/tables/notifications.ts'
import { deliverMessage } from '../src/domain/delivery/deliver-message.ts'
import { applyUser } from '../src/domain/projections/apply-facts.ts'
import { handlers } from '../src/events.ts'
import type { SnsReceiver } from '../src/feedback/sns-receiver.ts'
import { kindDefinitions } from '../src/kinds/registry.ts'
import { createNotification } from '../src/server.ts'

/** Where the migrations of notification are. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

/** The moment at which the tests stand. */
export const noon = new Date('2027-03-01T12:00:00Z')

export const admin: UserViewer = testStaff()

/** Channels that are all off, but for those given. */
export function channelsWith(open: Partial<Channels> = {}): Channels {
  return { email: null, sms: null, push: null, close: async () => undefined, ...open }
}

/** A provider of e-mail that takes everything, and shows what it took. */
export function fakeMailServer(): { mails: Mail[]; channels: Channels } {
  const mails: Mail[] = []
  const email = async (mail: Mail) => ({ providerMessageId: `taken-${mails.push(mail)}` })
  return { mails, channels: channelsWith({ email }) }
}

/** Channels that are all set up, and take everything. */
export function allChannels(): Channels {
  const taken = async () => ({ providerMessageId: newId('taken') })
  return channelsWith({
    email: taken,
    sms: taken,
    push: async () => ({ ...(await taken()), endpointArn: 'arn:endpoint' }),
  })
}

export interface At {
  viewer?: Viewer
  now?: Date
  channels?: Channels
  webUrl?: string | null
  publicUrl?: string | null
  sns?: SnsReceiver | null
}

/** A context for that viewer, at that moment, with those channels. */
export function ctxOf(database: TestDatabase, at: At = {}): Ctx {
  const deps = {
    db: database.db,
    log: createLog('notification', 'silent'),
    now: () => at.now ?? noon,
    channels: at.channels ?? channelsWith(),
    webUrl: at.webUrl ?? null,
    publicUrl: at.publicUrl ?? null,
  }
  const viewer = at.viewer ?? { kind: 'service', service: 'notification' }
  return createCtx(deps, { viewer, requestId: newId('req'), acceptLanguage: 'en' })
}

/** The same context at a later moment, with nothing remembered. */
export function later(ctx: Ctx, minutes: number): Ctx {
  const now = new Date(ctx.now().getTime() + minutes * 60_000)
  const { viewer, requestId, acceptLanguage } = ctx
  return createCtx({ ...ctx, now: () => now }, { viewer, requestId, acceptLanguage })
}

/** The keys that all services of a test sign with. */
export const keys = await generateServiceKeys('booking')

/** The whole subgraph on the test's database. */
export async function notificationOn(database: TestDatabase, at: Omit<At, 'viewer'> = {}) {
  return await createNotification({
    db: database.db,
    keys,
    log: createLog('notification', 'silent'),
    now: () => at.now ?? noon,
    channels: at.channels ?? channelsWith(),
    webUrl: at.webUrl ?? null,
    publicUrl: at.publicUrl ?? null,
    sns: at.sns ?? null,
    requestKeys: [testRequestKey()],
    keysOf: () => localKeys(keys.jwks),
  })
}

/** Somebody that notification has heard of. */
export async function person(
  ctx: Ctx,
  overrides: Partial<Payload<'user.changed'>> = {},
): Promise<Payload<'user.changed'>> {
  const userId = overrides.userId ?? newId('usr')
  const data: Payload<'user.changed'> = {
    userId,
    version: 1,
    status: 'ACTIVE',
    email: `${userId}@example.org`,
    phone: null,
    name: 'Ada Lovelace',
    locale: 'en',
    timeZone: 'Europe/Berlin',
    marketingConsent: false,
    ...overrides,
  }
  await applyUser(ctx, data)
  return data
}

/** A kind's sample data, about somebody and something that no other test knows. */
export function sampleFor<K extends Kind>(kind: K, userId: string) {
  const sample = structuredClone(kindDefinitions[kind].sample) as Record<string, unknown>
  const ids = { bookingId: newId('bkg'), paymentId: newId('pay'), refundId: newId('rfd'), cancellationId: newId('can') }
  for (const [name, id] of Object.entries(ids)) if (name in sample) sample[name] = id
  if ('userId' in sample) sample['userId'] = userId
  return sample as never
}

/** The tickets of a booking, as booking would issue them. */
export function issued(
  userId: string,
  overrides: Partial<Payload<'booking.ticketsIssued'>> = {},
): Payload<'booking.ticketsIssued'> {
  const sample: Payload<'booking.ticketsIssued'> = sampleFor('TICKETS_ISSUED', userId)
  const tickets = sample.tickets.map((ticket) => ({ ...ticket, ticketId: newId('tkt') }))
  return events['booking.ticketsIssued'].payload.parse({ ...sample, tickets, ...overrides })
}

/** Does what notification does on a fact of somebody else. */
export async function take<N extends keyof typeof handlers>(ctx: Ctx, name: N, data: unknown): Promise<void> {
  const handler = handlers[name] as (ctx: Ctx, data: unknown, event: CloudEvent) => Promise<void>
  await handler(ctx, data, { id: newId('evt') } as CloudEvent)
}

/** What payment says goes back for a cancellation or a rejected booking: so much, in euros' cents. */
export async function receiveDecision(ctx: Ctx, data: unknown, amountMinor: number): Promise<void> {
  const { bookingId, reference, userId, partnerId, cancellationId } = data as Payload<'booking.ticketsCancelled'>
  const cause = cancellationId ? ('TICKETS_CANCELLED' as const) : ('BOOKING_REJECTED' as const)
  const refundId = amountMinor > 0 ? newId('rfd') : null
  const amount = { amountMinor, currency: 'EUR' }
  const parties = { bookingId, reference, userId, partnerId, paymentId: 'pay_1' }
  const decided = { ...parties, refundId, amount, cause, causeId: cancellationId ?? bookingId }
  await take(ctx, 'payment.refundDecided', events['payment.refundDecided'].payload.parse(decided))
}

/** All messages to that recipient, the oldest first. */
export async function messagesTo(ctx: Ctx, recipient: string): Promise<NotificationRow[]> {
  return await ctx.db
    .select()
    .from(notifications)
    .where(eq(notifications.recipient, recipient))
    .orderBy(asc(notifications.id))
}

/** The message to that recipient over that channel. */
export async function messageByChannel(ctx: Ctx, recipient: string, channel: string): Promise<NotificationRow> {
  const found = (await messagesTo(ctx, recipient)).filter((message) => message.channel === channel)
  if (found.length !== 1) throw new Error(`${found.length} messages over ${channel}`)
  return found[0] as NotificationRow
}

/** Sends whatever is in line for that recipient, whatever the hour; returns what became of it, by channel. */
export async function deliverAll(ctx: Ctx, recipient: string): Promise<Record<string, string>> {
  for (const message of await messagesTo(ctx, recipient)) await deliverMessage(ctx, message.id)
  const rows = await messagesTo(ctx, recipient)
  return Object.fromEntries(rows.map((row) => [row.channel, row.skipReason ?? row.status]))
}

/** The states a message went through, in order. */
export async function timelineOf(ctx: Ctx, notificationId: string): Promise<string[]> {
  const steps = await ctx.db
    .select()
    .from(notificationSteps)
    .where(eq(notificationSteps.notificationId, notificationId))
    .orderBy(asc(notificationSteps.at), asc(notificationSteps.ordinal))
  return steps.map((step) => step.status)
}

/** When the job of a message is to run; null when there is none. */
export async function jobTimeOf(ctx: Ctx, notificationId: string): Promise<Date | null> {
  const { rows } = await ctx.db.execute<{ runAt: string }>(sql`
    select run_at as "runAt" from graphile_worker._private_jobs where key = ${`deliver:${notificationId}`}`)
  return rows[0] ? new Date(rows[0].runAt) : null
}

/** A field of an answer, which the test knows to be there. */
export function fieldOf<T>({ data }: { data?: Record<string, unknown> | null }, name: string): T {
  if (!data || data[name] === null || data[name] === undefined) throw new Error(`the answer has no ${name}`)
  return data[name] as T
}

/** The refusal that a mutation returned, as far as it was selected; null when it succeeded. */
export function refusalOf(answer: { data?: Record<string, unknown> | null }, mutation: string) {
  const result = fieldOf<{ code?: string }>(answer, mutation)
  return result.code === undefined ? null : result
}
