import { InvalidState } from '@tikitu/kit/base/errors'
import type { Payload } from '@tikitu/schema/events/registry'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { emit } from '../../emit.ts'
import { overdueKinds } from '../documents/document-expiry.ts'
import { decidePartner, type PartnerDecision, type StaffStep } from './decide-partner.ts'
import { peopleOf } from './partner-people.ts'

/**
 * Stops a verified partner's sales, and notifies its owners and managers of the reason.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function restrictPartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, changing('restrictPartner', true))
}

/**
 * Stops a partner's sales and payouts, and notifies its owners and managers of the reason; sold tickets stay valid.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function suspendPartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, changing('suspendPartner', true))
}

/**
 * Restores all rights of a partner, and notifies its owners and managers. Its required documents must be valid.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function reinstatePartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { ...changing('reinstatePartner', false), check: requireGoodDocuments })
}

/**
 * Ends the relationship with a partner permanently, and notifies its owners and managers of the reason.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function terminatePartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, changing('terminatePartner', true))
}

/** Notifies a partner's owners and managers that its rights changed. */
export async function publishStatus(ctx: Ctx, partner: PartnerRow, from: PartnerRow['status']): Promise<void> {
  const { status, statusReason: reason } = partner
  const change = { from, status, reason } as Pick<Payload<'partner.statusChanged'>, 'from' | 'status' | 'reason'>
  await emit(ctx, 'partner.statusChanged', {
    subject: partner.id,
    data: { ...(await peopleOf(ctx, partner)), ...change },
  })
}

function changing(step: StaffStep['step'], needsReason: boolean): StaffStep {
  return { step, needsReason, change: () => ({ isRestrictedForDocuments: false }), after: publishStatus }
}

/** Without this the next daily check would restrict the partner again. */
async function requireGoodDocuments(ctx: Ctx, partner: PartnerRow): Promise<void> {
  const kinds = await overdueKinds(ctx, partner.id)
  if (kinds.length === 0) return
  throw new InvalidState(
    `Required documents have expired. First approve a new document of each of these kinds: ${kinds.join(', ')}.`,
    { kinds },
  )
}
