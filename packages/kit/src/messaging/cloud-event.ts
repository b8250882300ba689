import { z } from 'zod'

/** A kind of event: its payload, the version of that payload's shape, and the services that take it in. */
export interface EventDefinition {
  version: number
  payload: z.ZodType
  to: readonly string[]
}

/** All kinds of events, by short name (`booking.confirmed`). */
export type EventRegistry = Readonly<Record<string, EventDefinition>>

/** The payload of one kind. */
export type EventData<R extends EventRegistry, N extends keyof R> = z.infer<R[N]['payload']>

/** A fact, in the JSON form of CloudEvents 1.0. Extension attributes say who caused it. */
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

/** The service that says so. */
export function eventSource(event: CloudEvent): string {
  return event.source.slice('tikitu/'.length)
}
