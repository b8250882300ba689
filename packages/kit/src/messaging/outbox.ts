import { sql } from 'drizzle-orm'
import { request } from 'undici'
import type { z } from 'zod'
import { type ServiceKeys, signDetached } from '../auth/signing-keys.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { BaseCtx } from '../context/context.ts'
import { isInTransaction } from '../postgres/database.ts'
import { notifySql, notifyWatchers } from '../subscriptions/notify.ts'
import { type CloudEvent, type EventRegistry, eventType } from './cloud-event.ts'

/** Delivers an event to one service. When it throws, delivery is retried. */
export type Transport = (to: string, event: CloudEvent) => Promise<void>

/** The job that delivers one event to one subscriber. */
export const eventDeliveryTask = 'deliverEvent'

interface Delivery {
  to: string
  event: CloudEvent
}

/** The header with the emitter's detached JWS over the body. */
export const eventSignatureHeader = 'tikitu-signature'

/**
 * Creates the `emit` of a service: it adds one delivery job per subscriber in the caller's transaction, and wakes the watchers of the
 * subject. Each subscriber gets the event at least once; none does when the transaction rolls back.
 */
export function createEmit<R extends EventRegistry>(registry: R, service: string) {
  return async function emit<N extends keyof R & string>(
    ctx: BaseCtx,
    name: N,
    fact: { subject: string; data: z.input<R[N]['payload']> },
  ): Promise<void> {
    const definition = registry[name]
    if (!definition) throw new Error(`unknown event ${name}`)
    if (!isInTransaction(ctx.db)) throw new Error(`${name} must be emitted in the transaction that makes it true`)
    const event = {
      specversion: '1.0',
      id: ctx.newId('evt'),
      source: `tikitu/${service}`,
      type: eventType(name, definition.version),
      time: ctx.now().toISOString(),
      datacontenttype: 'application/json',
      subject: fact.subject,
      actor: actorOf(ctx.viewer),
      requestid: ctx.requestId,
      data: definition.payload.parse(fact.data),
    } satisfies CloudEvent
    const others = definition.to.filter((to) => to !== service)
    if (others.length > 0) await addDeliveries(ctx, event, others)
    else await notifyWatchers(ctx, fact.subject)
  }
}

/** Signed HTTP POST to each subscriber's /events. */
export function httpTransport(keys: ServiceKeys, urlOf: (service: string) => string): Transport {
  return async (to, event) => {
    const body = JSON.stringify(event)
    const signature = await signDetached(keys, body)
    const response = await request(`${urlOf(to)}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', [eventSignatureHeader]: signature },
      body,
      headersTimeout: 15_000,
      bodyTimeout: 15_000,
    })
    const answer = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${to} answered ${response.statusCode}: ${answer.slice(0, 300)}`)
  }
}

/** The task that delivers one event to one subscriber. Failures are retried by the job queue with growing delays. */
export function deliverEvent(transport: Transport) {
  return async (payload: unknown): Promise<void> => {
    const { to, event } = payload as Delivery
    await transport(to, event)
  }
}

/**
 * All deliveries in one statement, so an event costs one round trip. Notifying the watchers costs little: adding a job notifies as well,
 * and Postgres sends equal notifications once per transaction.
 */
async function addDeliveries(ctx: BaseCtx, event: CloudEvent, subscribers: string[]): Promise<void> {
  await ctx.db.execute(sql`
    /* outbox.emit */
    select graphile_worker.add_job(
      ${eventDeliveryTask}, json_build_object('to', subscriber, 'event', ${JSON.stringify(event)}::json),
      job_key => ${event.id} || ':' || subscriber, max_attempts => 25), ${notifySql(event.subject)}
    from unnest(array[${sql.join(
      subscribers.map((to) => sql`${to}`),
      sql`, `,
    )}]::text[]) as subscriber`)
}

function actorOf(viewer: Viewer): string {
  if (viewer.kind === 'user') return viewer.userId
  return viewer.kind === 'service' ? `service:${viewer.service}` : 'anonymous'
}
