import { createEmit } from '@tikitu/kit/messaging/outbox'
import { events, type Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from './context.ts'

/** Records a fact of notification's, in the transaction that makes it true. */
export const emit = createEmit(events, 'notification')

/** Records what staff did, for the audit log, in the transaction of the change itself. */
export async function audit(ctx: Ctx, entry: Payload<'notification.audited'>): Promise<void> {
  await emit(ctx, 'notification.audited', { subject: entry.subjectId, data: entry })
}
