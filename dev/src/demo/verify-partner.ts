import {
  ApplyAsPartnerDocument,
  type ApplyAsPartnerInput,
  ApprovePartnerDocument,
  ApprovePartnerDocumentDocument,
  CreateDocumentUploadDocument,
  type PartnerDocumentKind,
  PartnerInsideDocument,
  StartPartnerReviewDocument,
  SubmitPartnerApplicationDocument,
  UploadPartnerDocumentDocument,
} from '@tikitu/client/operations'
import { samplePdf } from './sample-pdf.ts'
import type { SignedInClient } from './signed-in-client.ts'
import { skipIfDone } from './skip-if-done.ts'

/** A submitted application. */
export interface PartnerApplication {
  partnerId: string
  documentIds: string[]
}

const sampleDocuments: readonly { kind: PartnerDocumentKind; fileName: string; text: string }[] = [
  { kind: 'BUSINESS_REGISTRATION', fileName: 'register.pdf', text: 'Extract from the business register' },
  { kind: 'IDENTITY', fileName: 'passport.pdf', text: 'Passport of the owner' },
]

/** Creates an application with all required documents and submits it. Repeatable with an idempotency key. */
export async function applyAsPartner(
  applicant: SignedInClient,
  input: ApplyAsPartnerInput,
): Promise<PartnerApplication> {
  const { id: partnerId } = await applicant.mutate(ApplyAsPartnerDocument, { input })
  const { partner } = await applicant.run(PartnerInsideDocument, { id: partnerId })
  const present = partner?.application?.documents ?? []
  const documentIds = await Promise.all(
    sampleDocuments.map(async ({ kind, fileName, text }) => {
      const earlier = present.find((document) => document.kind === kind)
      if (earlier) return earlier.id
      const idempotencyKey = input.idempotencyKey && `${input.idempotencyKey}:${kind}`
      const uploadId = await uploadFile(applicant, partnerId, samplePdf(text))
      const file = { partnerId, kind, fileName, uploadId, idempotencyKey }
      return (await applicant.mutate(UploadPartnerDocumentDocument, { input: file })).id
    }),
  )
  await skipIfDone(applicant.mutate(SubmitPartnerApplicationDocument, { input: { partnerId } }))
  return { partnerId, documentIds }
}

async function uploadFile(applicant: SignedInClient, partnerId: string, content: Buffer<ArrayBuffer>): Promise<string> {
  const { id, url } = await applicant.mutate(CreateDocumentUploadDocument, { input: { partnerId } })
  const response = await fetch(url, { method: 'POST', body: content })
  if (!response.ok) throw new Error(`the upload was refused: ${response.status} ${await response.text()}`)
  return id
}

/** Reviews an application as an admin and verifies the partner. */
export async function verifyPartner(
  admin: SignedInClient,
  { partnerId, documentIds }: PartnerApplication,
): Promise<void> {
  await skipIfDone(admin.mutate(StartPartnerReviewDocument, { input: { partnerId } }))
  for (const documentId of documentIds) {
    await skipIfDone(admin.mutate(ApprovePartnerDocumentDocument, { input: { documentId } }))
  }
  await skipIfDone(
    admin.mutate(ApprovePartnerDocument, { input: { partnerId, reason: 'All documents are in order.' } }),
  )
}
