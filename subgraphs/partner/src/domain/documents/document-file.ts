import { isStaff } from '@tikitu/kit/auth/viewer'
import { type FileLink, linkFile } from '@tikitu/storage/file-link'
import { bufferedFile, type OutgoingFile } from '@tikitu/storage/send-file'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, partnerDocumentContents } from '../../db/tables/partners.ts'
import { isAtLeast } from '../members/roles.ts'
import { roleIn } from '../partners/get-partner.ts'
import { findDocument } from './partner-documents.ts'

/** The file of a document, for MANAGER and above of its partner, and COMPLIANCE; null for others. */
export async function documentFile(ctx: Ctx, document: PartnerDocumentRow): Promise<FileLink | null> {
  if (!(await mayReadFile(ctx, document))) return null
  const { id, fileName, contentType } = document
  return linkFile(ctx, { path: `/files/partner/${id}`, fileName, contentType })
}

/** As `documentFile`, by the document's id. */
export async function getDocumentFile(ctx: Ctx, documentId: string): Promise<FileLink | null> {
  const document = await findDocument(ctx, documentId)
  return document && (await documentFile(ctx, document))
}

/** The file behind a link; null when its caller may no longer read it, or the document was removed. */
export async function openDocumentFile(ctx: Ctx, documentId: string): Promise<OutgoingFile | null> {
  const document = await findDocument(ctx, documentId)
  if (!document || !(await mayReadFile(ctx, document))) return null
  const { storeKey, fileName, contentType, byteSize } = document
  if (storeKey === null) return await fileInDatabase(ctx, document)
  return { fileName, contentType, byteSize, open: (range) => ctx.store.get(storeKey, range) }
}

async function mayReadFile(ctx: Ctx, { partnerId }: PartnerDocumentRow): Promise<boolean> {
  const role = await roleIn(ctx, partnerId)
  return (role !== null && isAtLeast(role, 'MANAGER')) || isStaff(ctx.viewer, 'COMPLIANCE')
}

/** Of a document from before there was a store. */
async function fileInDatabase(ctx: Ctx, document: PartnerDocumentRow): Promise<OutgoingFile | null> {
  const [row] = await ctx.db
    .select({ content: partnerDocumentContents.content })
    .from(partnerDocumentContents)
    .where(eq(partnerDocumentContents.documentId, document.id))
  return row ? bufferedFile(row.content, document) : null
}
