import type { z } from 'zod'
import { adminEvents } from './admin.ts'
import { auditEvents } from './audit.ts'
import { bookingEvents } from './booking.ts'
import { notificationEvents } from './notification.ts'
import { partnerEvents } from './partner.ts'
import { paymentEvents } from './payment.ts'
import { userEvents } from './user.ts'

/** Every event between services: its payload schema, payload version and consumers. */
export const events = {
  ...adminEvents,
  ...auditEvents,
  ...bookingEvents,
  ...notificationEvents,
  ...partnerEvents,
  ...paymentEvents,
  ...userEvents,
} as const

export type Events = typeof events

/** The payload of an event type. */
export type Payload<N extends keyof Events> = z.infer<Events[N]['payload']>

/** The event types that a service consumes. */
export function eventsConsumedBy(service: string): (keyof Events)[] {
  return (Object.keys(events) as (keyof Events)[]).filter((name) =>
    (events[name].to as readonly string[]).includes(service),
  )
}
