import { sql } from 'drizzle-orm'
import { request } from 'undici'
import type { z } from 'zod'
import { type ServiceKeys, signDetached } from '../auth/signing-keys.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { BaseCtx } from '../context/context.ts'
import { isInTransaction } from '../postgres/database.ts'
import { notifySql, notifyWatchers } from '../subscriptions/notify.ts'
import { type CloudEvent, type EventRegistry, eventType } from './cloud-event.ts'

/** Brings an event to one service, or throws: then it is tried again later. */
export type Transport = (to: string, event: CloudEvent) => Promise<void>

/** The job that brings one event to one subscriber. */
export const eventDeliveryTask = 'deliverEvent'

interface Delivery {
  to: string
  event: CloudEvent
}

/** The header of a delivery that carries the emitter's detached JWS over its body. */
export const eventSignatureHeader = 'tikitu-signature'

/**
 * Makes the `emit` of a service: it records a fact in the transaction that makes it true, as one delivery job per
 * subscriber, and wakes whoever watches its subject. Each subscriber gets it at least once; nothing leaves when the transaction
 * is undone.
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

/** The task that delivers one event to one subscriber. Failures are retried by the job queue with growing pauses. */
export function deliverEvent(transport: Transport) {
  return async (payload: unknown): Promise<void> => {
    const { to, event } = payload as Delivery
    await transport(to, event)
  }
}

/**
 * All deliveries in one statement, so an event costs its transaction one round trip however many listen. Telling the watchers
 * too costs next to nothing: adding a job notifies as well, and Postgres tells the same thing once per transaction.
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
