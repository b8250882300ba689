import { InvalidInput } from '@tikitu/kit/base/errors'
import { reason } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { audit } from './audit.ts'
import { changePartner } from './change-partner.ts'
import { lockPartnerAsStaff } from './lock-partner.ts'
import { type PartnerStep, statusAfter } from './partner-status.ts'

export interface PartnerDecision {
  partnerId: string
  reason?: string | null
}

/** A decision by staff, and what belongs to it in the same transaction. */
export interface StaffStep {
  step: PartnerStep
  /** Whether a reason for the partner is required. */
  needsReason: boolean
  /** Further conditions besides the status. Throws when one does not hold. */
  check?: (ctx: Ctx, partner: PartnerRow) => Promise<void>
  change?: (ctx: Ctx) => Partial<PartnerRow>
  after?: (ctx: Ctx, partner: PartnerRow, from: PartnerRow['status']) => Promise<void>
}

/**
 * Changes a partner's status by a decision of staff, with its reason, audit entry and event.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function decidePartner(ctx: Ctx, input: PartnerDecision, staff: StaffStep): Promise<PartnerRow> {
  const reason = normalizeReason(input.reason, staff.needsReason)
  return await inTransaction(ctx, async (ctx) => {
    const partner = await lockPartnerAsStaff(ctx, input.partnerId)
    const status = statusAfter(staff.step, partner.status)
    await staff.check?.(ctx, partner)
    const decided = await changePartner(ctx, partner.id, { ...staff.change?.(ctx), status, statusReason: reason })
    await staff.after?.(ctx, decided, partner.status)
    await audit(ctx, {
      action: staff.step,
      subjectType: 'Partner',
      subjectId: partner.id,
      partnerId: partner.id,
      reason,
      changes: { status: { from: partner.status, to: status } },
    })
    return decided
  })
}

/** The normalized reason. @throws {InvalidInput} when a required reason is missing or too short */
export function normalizeReason(text: string | null | undefined, isNeeded: boolean): string | null {
  if (!isNeeded && !text?.trim()) return null
  const result = reason(1_000).safeParse(text ?? '')
  if (result.success) return result.data
  throw new InvalidInput(result.error.issues.map(({ message }) => ({ field: 'reason', message })))
}
