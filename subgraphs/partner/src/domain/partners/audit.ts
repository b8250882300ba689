import type { Ctx } from '../../context.ts'
import { emit } from '../../emit.ts'

/** An action for the audit log, named after its mutation. */
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

/** Writes the audit entry of a mutation by staff or members, in the same transaction. */
export async function audit(ctx: Ctx, deed: AuditedAction): Promise<void> {
  const { reason = null, changes = {} } = deed
  await emit(ctx, 'partner.audited', { subject: deed.subjectId, data: { ...deed, reason, changes } })
}
