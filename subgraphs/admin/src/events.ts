import type { EventHandlers } from '@tikitu/kit/messaging/inbox'
import { type Events, eventsConsumedBy } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'
import { applyEvent } from './domain/audit/apply-event.ts'

/** Admin takes whatever is sent to it into the audit log and the figures. */
export const handlers: EventHandlers<Events, Ctx> = Object.fromEntries(
  eventsConsumedBy('admin').map((name) => [name, applyEvent]),
)
