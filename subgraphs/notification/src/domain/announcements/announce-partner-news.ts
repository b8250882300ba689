import type { CloudEvent } from '@tikitu/kit/messaging/cloud-event'
import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../../context.ts'
import { notify } from './notify.ts'

/** Tells a partner's owners and managers that its rights changed. It may happen again, so each change is a cause of its own. */
export async function announcePartnerStatus(
  ctx: Ctx,
  data: Payload<'partner.statusChanged'>,
  event: CloudEvent,
): Promise<void> {
  const cause = `partner.statusChanged:${event.id}`
  await notify(ctx, { kind: 'PARTNER_STATUS_CHANGED', cause, to: peopleIn(data), data })
}

/** Tells a partner's owners and managers, once each, what became of a document. */
export async function announceDocument(ctx: Ctx, data: Payload<'partner.documentStatusChanged'>): Promise<void> {
  const cause = `partner.documentStatusChanged:${data.documentId}:${data.status}`
  await notify(ctx, { kind: 'DOCUMENT_STATUS_CHANGED', cause, to: peopleIn(data), data })
}

/** Tells all owners and managers of a partner, once each, what happens to its bank account. */
export async function announceBankAccount(ctx: Ctx, data: Payload<'partner.bankAccountChanged'>): Promise<void> {
  const cause = `partner.bankAccountChanged:${data.bankAccountId}:${data.status}`
  await notify(ctx, { kind: 'BANK_ACCOUNT_CHANGED', cause, to: peopleIn(data), data })
}

function peopleIn({ memberIds }: { memberIds: readonly string[] }): { userId: string }[] {
  return memberIds.map((userId) => ({ userId }))
}
