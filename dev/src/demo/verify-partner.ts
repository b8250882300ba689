import { succeed } from '@tikitu/client'
import {
  ApplyAsPartnerDocument,
  type ApplyAsPartnerInput,
  ApprovePartnerDocument,
  ApprovePartnerDocumentDocument,
  type PartnerDocumentKind,
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
  const applied = await applicant.run(ApplyAsPartnerDocument, { input })
  const { id: partnerId } = succeed(applied.applyAsPartner, 'Partner')
  const documentIds = await Promise.all(
    sampleDocuments.map(async ({ kind, fileName, text }) => {
      const idempotencyKey = input.idempotencyKey && `${input.idempotencyKey}:${kind}`
      const file = { partnerId, kind, fileName, contentBase64: samplePdf(text), idempotencyKey }
      const uploaded = await applicant.run(UploadPartnerDocumentDocument, { input: file })
      return succeed(uploaded.uploadPartnerDocument, 'PartnerDocument').id
    }),
  )
  await skipIfDone(
    applicant
      .run(SubmitPartnerApplicationDocument, { input: { partnerId } })
      .then(({ submitPartnerApplication }) => succeed(submitPartnerApplication, 'Partner')),
  )
  return { partnerId, documentIds }
}

/** Reviews an application as an admin and verifies the partner. */
export async function verifyPartner(
  admin: SignedInClient,
  { partnerId, documentIds }: PartnerApplication,
): Promise<void> {
  await skipIfDone(
    admin
      .run(StartPartnerReviewDocument, { input: { partnerId } })
      .then(({ startPartnerReview }) => succeed(startPartnerReview, 'Partner')),
  )
  for (const documentId of documentIds) {
    await skipIfDone(
      admin
        .run(ApprovePartnerDocumentDocument, { input: { documentId } })
        .then(({ approvePartnerDocument }) => succeed(approvePartnerDocument, 'PartnerDocument')),
    )
  }
  await skipIfDone(
    admin
      .run(ApprovePartnerDocument, { input: { partnerId, reason: 'All documents are in order.' } })
      .then(({ approvePartner }) => succeed(approvePartner, 'Partner')),
  )
}
