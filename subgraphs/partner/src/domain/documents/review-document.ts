import { requireStaff } from '@tikitu/kit/auth/viewer'
import { InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, partnerDocuments } from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { normalizeReason } from '../partners/decide-partner.ts'
import { lockPartnerAsStaff } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import { publishDocument } from './document-expiry.ts'
import { reinstateForDocuments } from './expire-documents.ts'
import { findDocument } from './partner-documents.ts'

/**
 * Approves a document, until its last valid day if it has one. Restores the rights of a partner restricted for its
 * documents once they are all valid. @throws {NotFound | Forbidden | InvalidState | InvalidInput}
 */
export async function approvePartnerDocument(
  ctx: Ctx,
  input: { documentId: string; validUntil?: string | null },
): Promise<PartnerDocumentRow> {
  const { documentId, validUntil = null } = input
  if (validUntil !== null && validUntil < ctx.now().toISOString().slice(0, 10)) {
    throw new InvalidInput([{ field: 'validUntil', message: 'must not be in the past; reject the document instead' }])
  }
  return await review(ctx, documentId, { status: 'APPROVED', reason: null, validUntil })
}

/** Rejects a document with a reason for the applicant. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function rejectPartnerDocument(
  ctx: Ctx,
  input: { documentId: string; reason: string },
): Promise<PartnerDocumentRow> {
  const reason = normalizeReason(input.reason, true)
  return await review(ctx, input.documentId, { status: 'REJECTED', reason, validUntil: null })
}

interface Verdict {
  status: 'APPROVED' | 'REJECTED'
  reason: string | null
  validUntil: string | null
}

async function review(ctx: Ctx, documentId: string, verdict: Verdict): Promise<PartnerDocumentRow> {
  const { userId: reviewedBy } = requireStaff(ctx.viewer, 'COMPLIANCE')
  return await inTransaction(ctx, async (ctx) => {
    const { partnerId } = (await findDocument(ctx, documentId)) ?? { partnerId: '' }
    const partner = await notFoundAs('document', documentId, lockPartnerAsStaff(ctx, partnerId))
    const document = await findDocument(ctx, documentId, partnerId)
    if (!document) throw new NotFound('document', documentId)
    if (document.status !== 'PENDING_REVIEW') {
      throw new InvalidState(
        `Only documents awaiting review can be approved or rejected. This one is ${document.status}.`,
      )
    }
    const [reviewed] = await ctx.db
      .update(partnerDocuments)
      .set({ ...verdict, reviewedBy, reviewedAt: ctx.now() })
      .where(eq(partnerDocuments.id, documentId))
      .returning()
    await audit(ctx, {
      action: verdict.status === 'APPROVED' ? 'approvePartnerDocument' : 'rejectPartnerDocument',
      subjectType: 'PartnerDocument',
      subjectId: documentId,
      partnerId,
      reason: verdict.reason,
      changes: { kind: document.kind, status: { from: document.status, to: verdict.status } },
    })
    if (!reviewed) throw new Error('nothing was updated')
    await publishDocument(ctx, partner, { document: reviewed, status: verdict.status })
    if (verdict.status === 'APPROVED') await reinstateForDocuments(ctx, partner)
    return reviewed
  })
}
