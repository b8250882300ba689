import { createEmit } from '@tikitu/kit/messaging/outbox'
import { events, type Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'

/** Writes an event to the outbox, in the transaction of the change. */
export const emit = createEmit(events, 'booking')

/** Writes an audit entry of staff or a partner, in the transaction of the change. */
export async function audit(ctx: Ctx, entry: Payload<'booking.audited'>): Promise<void> {
  await emit(ctx, 'booking.audited', { subject: entry.subjectId, data: entry })
}
