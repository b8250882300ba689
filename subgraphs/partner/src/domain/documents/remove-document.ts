import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerDocuments } from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'
import { notFoundAs } from '../partners/not-found-as.ts'
import { findDocument } from './partner-documents.ts'

/** Deletes a file from the store. */
export const deleteFileTask = 'deleteFile'

/**
 * Removes a document that was not submitted, and its file. Submitted documents stay as evidence.
 * @throws {NotFound | Forbidden | InvalidState}
 */
export async function removePartnerDocument(ctx: Ctx, documentId: string): Promise<string> {
  return await inTransaction(ctx, async (ctx) => {
    const { partnerId } = (await findDocument(ctx, documentId)) ?? { partnerId: '' }
    const { partner } = await notFoundAs('document', documentId, lockPartnerAs(ctx, partnerId, 'MANAGER'))
    const document = await findDocument(ctx, documentId, partner.id)
    if (!document) throw new NotFound('document', documentId)
    if (document.status !== 'UPLOADED') {
      throw new InvalidState(`This document was submitted and cannot be removed. Its status is ${document.status}.`)
    }
    await ctx.db.delete(partnerDocuments).where(eq(partnerDocuments.id, document.id))
    if (document.storeKey) await addJob(ctx, { task: deleteFileTask, payload: { key: document.storeKey } })
    await audit(ctx, {
      action: 'removePartnerDocument',
      subjectType: 'PartnerDocument',
      subjectId: document.id,
      partnerId: partner.id,
      changes: { kind: document.kind, sha256: document.sha256 },
    })
    return document.id
  })
}
