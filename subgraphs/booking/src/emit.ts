import { createEmit } from '@tikitu/kit/messaging/outbox'
import { events, type Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'

/** Records a fact of booking's, in the transaction that makes it true. */
export const emit = createEmit(events, 'booking')

/** Records what staff or a partner did, for the audit log, in the transaction of the change itself. */
export async function audit(ctx: Ctx, entry: Payload<'booking.audited'>): Promise<void> {
  await emit(ctx, 'booking.audited', { subject: entry.subjectId, data: entry })
}
