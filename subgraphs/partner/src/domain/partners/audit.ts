import type { Ctx } from '../../context.ts'
import { emit } from '../../emit.ts'

/** What was done, by its mutation's name, and to what. */
export interface AuditedAction {
  action: string
  subjectType:
    | 'Partner'
    | 'PartnerDocument'
    | 'PartnerMember'
    | 'PartnerInvitation'
    | 'BankAccount'
    | 'Venue'
    | 'Layout'
  subjectId: string
  partnerId: string
  reason?: string | null
  /** What changed, without secrets and without personal data. */
  changes?: Record<string, unknown>
}

/** Leaves a trace of a staff or partner mutation, in the transaction of the change itself. */
export async function audit(ctx: Ctx, deed: AuditedAction): Promise<void> {
  const { reason = null, changes = {} } = deed
  await emit(ctx, 'partner.audited', { subject: deed.subjectId, data: { ...deed, reason, changes } })
}
