import type { z } from 'zod'
import { adminEvents } from './admin.ts'
import { auditEvents } from './audit.ts'
import { bookingEvents } from './booking.ts'
import { notificationEvents } from './notification.ts'
import { partnerEvents } from './partner.ts'
import { paymentEvents } from './payment.ts'
import { userEvents } from './user.ts'

/** Every event that services exchange: its payload, that payload's version, and who takes it in. */
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

/** The payload of one kind of event. */
export type Payload<N extends keyof Events> = z.infer<Events[N]['payload']>

/** The kinds of events that a service takes in. */
export function eventsTakenBy(service: string): (keyof Events)[] {
  return (Object.keys(events) as (keyof Events)[]).filter((name) =>
    (events[name].to as readonly string[]).includes(service),
  )
}
