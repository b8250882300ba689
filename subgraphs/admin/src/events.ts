import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import { type Events, eventsTakenBy } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { applyEvent } from './domain/audit/apply-event.ts'

/** Admin takes whatever is sent to it into the audit log and the figures. */
export const handlers: EventHandlers<Events, Ctx> = Object.fromEntries(
  eventsTakenBy('admin').map((name) => [name, applyEvent]),
)
