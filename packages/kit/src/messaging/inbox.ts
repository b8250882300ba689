import * as jose from 'jose'
import { type KeyFinder, verifyDetached } from '../auth/signing-keys.ts'
import type { BaseCtx } from '../context/context.ts'
import { inTransaction } from '../postgres/database.ts'
import { inboxEvents } from '../postgres/shared-tables.ts'
import {
  type CloudEvent,
  cloudEvent,
  type EventData,
  type EventRegistry,
  eventName,
  eventSource,
  eventType,
} from './cloud-event.ts'

/** Event handlers by name, run in the transaction that records the event as received. */
export type EventHandlers<R extends EventRegistry, C extends BaseCtx> = {
  [N in keyof R & string]?: (ctx: C, data: EventData<R, N>, event: CloudEvent) => Promise<void>
}

/** The response to a delivery: an HTTP status and a word for the emitter's log. Anything but 2xx is redelivered. */
export interface Receipt {
  status: 204 | 400 | 401 | 422
  message: string
}

export interface InboxOptions<R extends EventRegistry, C extends BaseCtx> {
  registry: R
  handlers: EventHandlers<R, C>
  /** The public keys of an emitter. */
  keysOf: (service: string) => KeyFinder
}

/**
 * Creates a service's event receiver: verifies the emitter's signature over the exact body, and handles each event id once. Events may
 * come repeatedly and in any order.
 */
export function createInbox<R extends EventRegistry, C extends BaseCtx>(options: InboxOptions<R, C>) {
  return async (ctx: C, body: string, signature: string): Promise<Receipt> => {
    const event = parseEvent(body)
    if (!event) return { status: 400, message: 'not a CloudEvent' }
    const name = eventName(event.type)
    const isGenuine =
      isOwnFact(event) &&
      isKnownSource(options.registry, event) &&
      (await isSigned(body, signature, () => options.keysOf(eventSource(event))))
    if (!isGenuine) return { status: 401, message: 'bad signature' }
    const definition = options.registry[name]
    const handler = options.handlers[name]
    if (!definition || !handler || eventType(name, definition.version) !== event.type) {
      return { status: 422, message: `${event.type} is not handled here` }
    }
    const data = definition.payload.safeParse(event.data)
    if (!data.success) return { status: 422, message: `payload of ${event.type}: ${data.error.message}` }
    const isNew = await handleOnce(ctx, event, (tx) => handler(tx, data.data as EventData<R, typeof name>, event))
    return { status: 204, message: isNew ? 'handled' : 'handled before' }
  }
}

/** Runs `act` in the transaction that records the event, unless it was received before. */
export async function handleOnce<C extends BaseCtx>(
  ctx: C,
  event: CloudEvent,
  act: (ctx: C) => Promise<void>,
): Promise<boolean> {
  return await inTransaction(ctx, async (tx) => {
    const taken = await tx.db
      .insert(inboxEvents)
      .values({ eventId: event.id, type: event.type, receivedAt: tx.now() })
      .onConflictDoNothing()
      .returning({ eventId: inboxEvents.eventId })
    if (taken.length === 0) return false
    await act(tx)
    return true
  })
}

/** A service can emit only its own events. Checked first, since the keys are looked up by source. */
function isOwnFact(event: CloudEvent): boolean {
  return eventName(event.type).startsWith(`${eventSource(event)}.`)
}

/** Only emitters of events for this service have keys here. */
function isKnownSource(registry: EventRegistry, event: CloudEvent): boolean {
  return Object.keys(registry).some((name) => name.startsWith(`${eventSource(event)}.`))
}

function parseEvent(body: string): CloudEvent | null {
  try {
    return cloudEvent.parse(JSON.parse(body))
  } catch {
    return null
  }
}

/** Throws when the keys cannot be fetched, so that the event is redelivered. */
async function isSigned(body: string, signature: string, keysOfSource: () => KeyFinder): Promise<boolean> {
  try {
    await verifyDetached(signature, body, keysOfSource())
    return true
  } catch (error) {
    if (error instanceof jose.errors.JOSEError && !(error instanceof jose.errors.JWKSTimeout)) return false
    throw error
  }
}
