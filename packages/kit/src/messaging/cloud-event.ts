import { z } from 'zod'

/** An event type: its payload schema, payload version and consumers. */
export interface EventDefinition {
  version: number
  payload: z.ZodType
  to: readonly string[]
}

/** All event types, by short name (`booking.confirmed`). */
export type EventRegistry = Readonly<Record<string, EventDefinition>>

/** The payload of an event type. */
export type EventData<R extends EventRegistry, N extends keyof R> = z.infer<R[N]['payload']>

/** An event in the JSON format of CloudEvents 1.0, with extension attributes for its actor. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string().regex(/^tikitu\/[a-z]+$/),
  type: z.string().regex(/^tikitu\.[a-z]+\.[A-Za-z]+\.v\d+$/),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  subject: z.string(),
  actor: z.string(),
  requestid: z.string(),
  data: z.unknown(),
})

export type CloudEvent = z.infer<typeof cloudEvent>

/** `booking.confirmed`, version 1 → `tikitu.booking.confirmed.v1`. */
export function eventType(name: string, version: number): string {
  return `tikitu.${name}.v${version}`
}

/** `tikitu.booking.confirmed.v1` → `booking.confirmed`. */
export function eventName(type: string): string {
  return type.replace(/^tikitu\./, '').replace(/\.v\d+$/, '')
}

/** The emitting service. */
export function eventSource(event: CloudEvent): string {
  return event.source.slice('tikitu/'.length)
}
