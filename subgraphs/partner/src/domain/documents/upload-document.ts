import { createHash } from 'node:crypto'
import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { line, validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import {
  type PartnerDocumentRow,
  type PartnerRow,
  partnerDocumentContents,
  partnerDocuments,
} from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'
import { isWithApplicant } from '../partners/partner-status.ts'
import { type DocumentFile, readDocumentFile } from './document-file.ts'
import { type DocumentKind, findDocument } from './partner-documents.ts'

export interface UploadPartnerDocumentInput {
  partnerId: string
  kind: DocumentKind
  fileName: string
  contentBase64: string
  idempotencyKey?: string | null
}

const maxDocuments = 30

/** The last part of the path that old browsers send, without characters that have a meaning in file systems. */
const ownFileName = z
  .string()
  .transform((path) => path.split(/[\\/\uff0f\uff3c\u2044\u2215\u29f5\u29f8]/).at(-1) ?? '')
  .transform((name) => name.replaceAll(/[<>:"|?*]/g, '_').replace(/^[.\s]+|[.\s]+$/g, ''))
  .pipe(line(200))

/**
 * Adds a document. It is submitted with the application, or goes to review at once when that was submitted.
 * @throws {NotFound | Forbidden | InvalidInput | InvalidState}
 */
export async function uploadPartnerDocument(ctx: Ctx, input: UploadPartnerDocumentInput): Promise<PartnerDocumentRow> {
  const { fileName } = validateInput(z.object({ fileName: ownFileName }), input)
  const file = readDocumentFile(input.contentBase64)
  return await idempotent(
    ctx,
    { operation: 'uploadPartnerDocument', input },
    {
      authorize: (ctx) => lockPartnerAs(ctx, input.partnerId, 'MANAGER'),
      load: requireUploaded,
      act: async (ctx, { partner }) => {
        await requireRoom(ctx, partner.id)
        const document = await insertDocument(ctx, partner, { file, kind: input.kind, fileName })
        await audit(ctx, {
          action: 'uploadPartnerDocument',
          subjectType: 'PartnerDocument',
          subjectId: document.id,
          partnerId: partner.id,
          changes: { kind: document.kind, sha256: document.sha256 },
        })
        return document
      },
    },
  )
}

async function insertDocument(
  ctx: Ctx,
  partner: PartnerRow,
  { file, kind, fileName }: { file: DocumentFile; kind: DocumentKind; fileName: string },
): Promise<PartnerDocumentRow> {
  const [document] = await ctx.db
    .insert(partnerDocuments)
    .values({
      id: ctx.newId('doc'),
      partnerId: partner.id,
      kind,
      fileName,
      contentType: file.contentType,
      byteSize: file.content.length,
      sha256: createHash('sha256').update(file.content).digest('hex'),
      status: isWithApplicant(partner.status) ? 'UPLOADED' : 'PENDING_REVIEW',
      uploadedBy: requireUser(ctx.viewer).userId,
      uploadedAt: ctx.now(),
    })
    .returning()
  if (!document) throw new Error('nothing was inserted')
  await ctx.db.insert(partnerDocumentContents).values({ documentId: document.id, content: file.content })
  return document
}

/** Limits the number of files. Counted under the partner's lock. */
async function requireRoom(ctx: Ctx, partnerId: string): Promise<void> {
  const count = await ctx.db.$count(partnerDocuments, eq(partnerDocuments.partnerId, partnerId))
  if (count >= maxDocuments) throw new InvalidState(`A partner can have at most ${maxDocuments} documents.`)
}

async function requireUploaded(ctx: Ctx, id: string): Promise<PartnerDocumentRow> {
  const document = await findDocument(ctx, id)
  if (!document) throw new NotFound('document', id)
  return document
}
