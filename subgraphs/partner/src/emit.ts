import { createEmit } from '@tikitu/kit/messaging/outbox'
import { events } from '@tikitu/schema/events/registry'

/** Emits an event of partner, in the transaction of the fact. */
export const emit = createEmit(events, 'partner')
