import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partnerDocuments } from '../../db/tables/partners.ts'
import { DocumentsMissing } from '../../errors.ts'
import { documentsOf, missingKinds } from '../documents/partner-documents.ts'
import { audit } from './audit.ts'
import { changePartner } from './change-partner.ts'
import { lockPartnerAs } from './lock-partner.ts'
import { statusAfter } from './partner-status.ts'

/** Submits the application and its documents. @throws {DocumentsMissing | NotFound | Forbidden | InvalidState} */
export async function submitPartnerApplication(ctx: Ctx, partnerId: string): Promise<PartnerRow> {
  return await inTransaction(ctx, async (ctx) => {
    const { partner } = await lockPartnerAs(ctx, partnerId, 'OWNER')
    const status = statusAfter('submitPartnerApplication', partner.status)
    const kinds = missingKinds(await documentsOf(ctx, partner.id), ctx.now())
    if (kinds.length > 0)
      throw new DocumentsMissing(`Upload a document of each of these kinds: ${kinds.join(', ')}.`, kinds)
    await ctx.db
      .update(partnerDocuments)
      .set({ status: 'PENDING_REVIEW' })
      .where(and(eq(partnerDocuments.partnerId, partner.id), eq(partnerDocuments.status, 'UPLOADED')))
    const submitted = await changePartner(ctx, partner.id, { status, submittedAt: ctx.now(), statusReason: null })
    await audit(ctx, {
      action: 'submitPartnerApplication',
      subjectType: 'Partner',
      subjectId: partner.id,
      partnerId: partner.id,
      changes: { status: { from: partner.status, to: status } },
    })
    return submitted
  })
}
