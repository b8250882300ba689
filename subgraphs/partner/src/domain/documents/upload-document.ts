import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { line, validateInput } from '@tikitu/kit/base/validate-input'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, type PartnerRow, partnerDocuments } from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { lockPartnerAs } from '../partners/lock-partner.ts'
import { isWithApplicant } from '../partners/partner-status.ts'
import { takeUpload, type UploadedFile } from './document-uploads.ts'
import { type DocumentKind, findDocument } from './partner-documents.ts'

export interface UploadPartnerDocumentInput {
  partnerId: string
  kind: DocumentKind
  fileName: string
  /** An upload of the caller whose file was received. */
  uploadId: string
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
 * Makes an uploaded file a document. It is submitted with the application, or goes to review at once when that was submitted.
 * @throws {NotFound | Forbidden | InvalidInput | InvalidState}
 */
export async function uploadPartnerDocument(ctx: Ctx, input: UploadPartnerDocumentInput): Promise<PartnerDocumentRow> {
  const { fileName } = validateInput(z.object({ fileName: ownFileName }), input)
  return await idempotent(
    ctx,
    { operation: 'uploadPartnerDocument', input },
    {
      authorize: (ctx) => lockPartnerAs(ctx, input.partnerId, 'MANAGER'),
      load: requireUploaded,
      act: async (ctx, { partner }) => {
        await requireRoom(ctx, partner.id)
        const file = await takeUpload(ctx, { uploadId: input.uploadId, partnerId: partner.id })
        if (!file) throw notUploaded()
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
  { file, kind, fileName }: { file: UploadedFile; kind: DocumentKind; fileName: string },
): Promise<PartnerDocumentRow> {
  const [document] = await ctx.db
    .insert(partnerDocuments)
    .values({
      id: ctx.newId('doc'),
      partnerId: partner.id,
      kind,
      fileName,
      ...file,
      status: isWithApplicant(partner.status) ? 'UPLOADED' : 'PENDING_REVIEW',
      uploadedBy: requireUser(ctx.viewer).userId,
      uploadedAt: ctx.now(),
    })
    .returning()
  if (!document) throw new Error('nothing was inserted')
  return document
}

function notUploaded(): InvalidInput {
  const message = 'must name an upload of yours whose file was received within the last hour, and that no document has'
  return new InvalidInput([{ field: 'uploadId', message }])
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
