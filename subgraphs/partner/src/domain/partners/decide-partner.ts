import { InvalidInput } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { audit } from './audit.ts'
import { changePartner } from './change-partner.ts'
import { reasonText } from './input-fields.ts'
import { lockPartnerAsStaff } from './lock-partner.ts'
import { type PartnerStep, statusAfter } from './partner-status.ts'

export interface PartnerDecisionInput {
  partnerId: string
  reason?: string | null
}

/** A step that staff take, and what else belongs to it in the same transaction. */
export interface StaffStep {
  step: PartnerStep
  /** Whether the partner must be told why. */
  needsReason: boolean
  /** What must hold besides the status. Throws when it does not. */
  check?: (ctx: Ctx, partner: PartnerRow) => Promise<void>
  change?: (ctx: Ctx) => Partial<PartnerRow>
  after?: (ctx: Ctx, partner: PartnerRow, from: PartnerRow['status']) => Promise<void>
}

/**
 * Takes one step of a partner's life for staff, with its reason, its audit entry and its event.
 * @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function decidePartner(ctx: Ctx, input: PartnerDecisionInput, staff: StaffStep): Promise<PartnerRow> {
  const reason = readReason(input.reason, staff.needsReason)
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

/** The reason in its tidy form. @throws {InvalidInput} when one is needed and there is none worth the name */
export function readReason(text: string | null | undefined, isNeeded: boolean): string | null {
  if (!isNeeded && !text?.trim()) return null
  const result = reasonText.safeParse(text ?? '')
  if (result.success) return result.data
  throw new InvalidInput(result.error.issues.map(({ message }) => ({ field: 'reason', message })))
}
