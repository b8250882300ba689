import type { EventHandlers } from '@tikitu/kit/inbox'
import { createEmit } from '@tikitu/kit/outbox'
import { type Events, events } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'

/** Records a fact of booking's, in the transaction that makes it true. */
export const emit = createEmit(events, 'booking')

/** What booking does on the facts of others. */
export const handlers: EventHandlers<Events, Ctx> = {}
