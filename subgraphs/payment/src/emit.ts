import { createEmit } from '@tikitu/kit/messaging/outbox'
import { events } from '@tikitu/schema/events/registry'

/** Records a fact of payment's, in the transaction that makes it true. */
export const emit = createEmit(events, 'payment')
