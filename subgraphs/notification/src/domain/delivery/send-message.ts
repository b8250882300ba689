import { readConfig } from '@tikitu/kit/context/settings'
import { configKeys } from '@tikitu/schema/config'
import { eq } from 'drizzle-orm'
import { DeliveryRefused } from '../../channels/channel.ts'
import type { Ctx } from '../../context.ts'
import type { NotificationRow } from '../../db/tables/notifications.ts'
import { devices } from '../../db/tables/people.ts'
import type { Reader } from '../../kinds/kind.ts'
import { definitionOf } from '../../kinds/registry.ts'
import type { Footer } from '../../templates/footer.ts'
import { type RenderedMessage, renderMessage } from '../../templates/render-message.ts'
import { isTransactional } from '../preferences/is-wanted.ts'
import { unsubscribeUrlOf } from '../preferences/unsubscribe.ts'
import { findTemplate } from '../templates/find-template.ts'
import type { Decision, Destination, Recipient } from './decide.ts'

/** A message as it went out. */
export interface SentMessage {
  status: 'SENT' | 'DELIVERED'
  providerMessageId: string | null
  title: string
  /** Kept for the inbox in the app alone: an e-mail's text may hold secrets. */
  body: string | null
  link: string | null
}

type SendDecision = Extract<Decision, { kind: 'send' }>

/** Writes a message and hands it to its channel. @throws {DeliveryRefused} when it will never be taken, anything else when it may be later */
export async function sendOut(
  ctx: Ctx,
  message: NotificationRow,
  { to, data, recipient }: SendDecision,
): Promise<SentMessage> {
  const { kind, channel } = message
  const definition = definitionOf(kind)
  const template = await findTemplate(ctx, { kind, channel, locale: recipient.locale })
  if (!template) throw new DeliveryRefused(`there is no ${channel} template for ${kind}`, false)
  const supportEmail = await supportEmailFor(ctx, message)
  const reader = {
    ...readerOf(ctx, recipient, template.locale),
    userId: message.userId,
    supportEmail,
    mapUrl: await mapUrlFor(ctx),
  }
  const view = definition.view(data as never, reader)
  const unsubscribeUrl = channel === 'EMAIL' ? await unsubscribeUrlOf(ctx, message) : null
  const footer = channel === 'EMAIL' ? footerOf(ctx, message, { supportEmail, unsubscribeUrl }) : undefined
  const rendered = renderMessage(template, view, { channel, locale: template.locale, footer })
  const link = definition.path(data as never)
  const outgoing = { message, rendered, link }
  switch (to.channel) {
    case 'IN_APP':
      return { status: 'DELIVERED', providerMessageId: null, title: rendered.title, body: rendered.body, link }
    case 'EMAIL': {
      const attachments = (await definition.attachments?.(data as never, reader)) ?? []
      const mail = {
        id: message.id,
        to: { name: recipient.name, address: to.address },
        replyTo: footer?.supportEmail ?? null,
        attachments,
        unsubscribeUrl,
      }
      const taken = await open(ctx.channels.email)({ ...mail, ...emailText(rendered) })
      return { status: 'SENT', ...taken, title: rendered.title, body: null, link }
    }
    case 'SMS': {
      const isPromotional = message.category === 'MARKETING'
      const taken = await open(ctx.channels.sms)({ to: to.address, text: rendered.body, isPromotional })
      return { status: 'SENT', ...taken, title: rendered.title, body: null, link }
    }
    case 'PUSH':
      return await sendToDevices(ctx, to, outgoing)
  }
}

/** A partner's customers write to the partner, where it has said so. */
async function supportEmailFor(ctx: Ctx, { data }: NotificationRow): Promise<string> {
  const key = 'notification.supportEmail'
  const { partnerId } = data as { partnerId?: string }
  const { type, fallback } = configKeys[key]
  return await readConfig(ctx, { key, type, fallback, scopes: partnerId ? [partnerId] : [] })
}

async function mapUrlFor(ctx: Ctx): Promise<string> {
  const { type, fallback } = configKeys['tickets.mapUrl']
  return await readConfig(ctx, { key: 'tickets.mapUrl', type, fallback, scopes: [] })
}

function footerOf(
  ctx: Ctx,
  { category }: NotificationRow,
  addresses: Pick<Footer, 'supportEmail' | 'unsubscribeUrl'>,
): Footer {
  const canChoose = ctx.webUrl !== null && !isTransactional(category)
  return { ...addresses, preferencesUrl: canChoose ? `${ctx.webUrl}/preferences` : null }
}

function readerOf(
  ctx: Ctx,
  { name, locale }: Recipient,
  templateLocale: string,
): Omit<Reader, 'userId' | 'supportEmail' | 'mapUrl'> {
  const isOwnLanguage = locale.split('-')[0] === templateLocale.split('-')[0]
  return { name, ownLocale: locale, locale: isOwnLanguage ? locale : templateLocale, webUrl: ctx.webUrl }
}

function emailText({ title, body, html }: RenderedMessage) {
  return { subject: title, text: body, html: html ?? '' }
}

interface OutgoingMessage {
  message: NotificationRow
  rendered: RenderedMessage
  link: string | null
}

/** To each of the person's devices. One that the platform does not know any more is not asked again. */
async function sendToDevices(
  ctx: Ctx,
  { targets }: Extract<Destination, { channel: 'PUSH' }>,
  { message, rendered, link }: OutgoingMessage,
): Promise<SentMessage> {
  const push = open(ctx.channels.push)
  const { title, body } = rendered
  const failures: unknown[] = []
  let first: string | null = null
  for (const target of targets) {
    try {
      const taken = await push(target, { title, body, link, notificationId: message.id })
      first ??= taken.providerMessageId
      if (taken.endpointArn !== target.endpointArn) await saveEndpoint(ctx, target.id, taken.endpointArn)
    } catch (error) {
      if (error instanceof DeliveryRefused && error.isAddressDead) await disableDevice(ctx, target.id)
      failures.push(error)
    }
  }
  // Who has it on one device has it: another try would show it there twice.
  if (first === null) throw failures.find((error) => !(error instanceof DeliveryRefused)) ?? failures[0]
  return { status: 'SENT', providerMessageId: first, title, body: null, link }
}

async function saveEndpoint(ctx: Ctx, deviceId: string, endpointArn: string): Promise<void> {
  await ctx.db.update(devices).set({ endpointArn }).where(eq(devices.id, deviceId))
}

async function disableDevice(ctx: Ctx, deviceId: string): Promise<void> {
  await ctx.db.update(devices).set({ disabledAt: ctx.now() }).where(eq(devices.id, deviceId))
}

function open<C>(channel: C | null): C {
  if (!channel) throw new DeliveryRefused('the channel has been turned off', false)
  return channel
}
