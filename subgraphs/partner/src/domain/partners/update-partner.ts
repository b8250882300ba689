import { InvalidState, VersionConflict } from '@tikitu/kit/base/errors'
import { validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { PartnerRow } from '../../db/tables/partners.ts'
import { audit } from './audit.ts'
import { changePartner } from './change-partner.ts'
import { lockPartnerAs } from './lock-partner.ts'
import { profilePatch, verifiedFields } from './partner-profile.ts'
import { isWithApplicant } from './partner-status.ts'
import { wordsOfPartner } from './search-index.ts'

export type UpdatePartnerInput = z.input<typeof profilePatch> & { partnerId: string; expectedVersion?: number | null }

/**
 * Changes a partner's profile; verified fields stay as they are once the application is submitted.
 * @throws {NotFound | Forbidden | InvalidState | VersionConflict | InvalidInput}
 */
export async function updatePartner(ctx: Ctx, input: UpdatePartnerInput): Promise<PartnerRow> {
  const change = validateInput(profilePatch, input)
  return await inTransaction(ctx, async (ctx) => {
    const { partner } = await lockPartnerAs(ctx, input.partnerId, 'MANAGER')
    if (input.expectedVersion != null && input.expectedVersion !== partner.version) {
      throw new VersionConflict('partner', partner.version)
    }
    const frozen = verifiedFields.filter((field) => change[field] !== undefined)
    if (frozen.length > 0 && !isWithApplicant(partner.status)) {
      throw new InvalidState(
        `The application has been submitted. These fields cannot be changed now: ${frozen.join(', ')}.`,
        { frozen },
      )
    }
    const fields = Object.entries(change).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    if (fields.length === 0) return partner
    const changed = await changePartner(ctx, partner.id, { ...change, ...wordsOf(partner, change) })
    await audit(ctx, {
      action: 'updatePartner',
      subjectType: 'Partner',
      subjectId: partner.id,
      partnerId: partner.id,
      changes: { fields, ...(change.name ? { name: { from: partner.name, to: change.name } } : {}) },
    })
    return changed
  })
}

function wordsOf(partner: PartnerRow, { name, legalName }: z.infer<typeof profilePatch>) {
  return wordsOfPartner({ name: name ?? partner.name, legalName: legalName ?? partner.legalName })
}
