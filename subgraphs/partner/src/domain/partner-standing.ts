import type { Ctx } from '../context.ts'
import type { PartnerRow } from '../db/tables/partners.ts'
import { decidePartner, type PartnerDecisionInput } from './decide-partner.ts'

/** Lets a verified partner sell nothing new. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function restrictPartner(ctx: Ctx, input: PartnerDecisionInput): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { step: 'restrictPartner', needsReason: true })
}

/** Stops a partner's sales and payouts; sold tickets stay valid. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function suspendPartner(ctx: Ctx, input: PartnerDecisionInput): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { step: 'suspendPartner', needsReason: true })
}

/** Gives a partner all its rights back. @throws {NotFound | Forbidden | InvalidState} */
export async function reinstatePartner(ctx: Ctx, input: PartnerDecisionInput): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { step: 'reinstatePartner', needsReason: false })
}

/** Ends the business with a partner for good. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function terminatePartner(ctx: Ctx, input: PartnerDecisionInput): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { step: 'terminatePartner', needsReason: true })
}
