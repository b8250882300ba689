import { isStaff } from '@tikitu/kit/auth/viewer'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, partnerDocumentContents } from '../../db/tables/partners.ts'
import { isAtLeast } from '../members/roles.ts'
import { roleIn } from '../partners/get-partner.ts'
import { findDocument } from './partner-documents.ts'

/**
 * A document and its file, for MANAGER and above of its partner, and COMPLIANCE; null for others. One at a time, as files
 * are large.
 */
export async function getDocumentFile(
  ctx: Ctx,
  documentId: string,
): Promise<{ document: PartnerDocumentRow; contentBase64: string } | null> {
  const document = await findDocument(ctx, documentId)
  if (!document) return null
  const role = await roleIn(ctx, document.partnerId)
  const isMember = role !== null && isAtLeast(role, 'MANAGER')
  if (!isMember && !isStaff(ctx.viewer, 'COMPLIANCE')) return null
  const [row] = await ctx.db
    .select({ content: partnerDocumentContents.content })
    .from(partnerDocumentContents)
    .where(eq(partnerDocumentContents.documentId, document.id))
  return row ? { document, contentBase64: row.content.toString('base64') } : null
}
