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
import { paper } from './paper.ts'
import type { Person } from './person.ts'
import { unlessDone } from './unless-done.ts'

/** An application that was handed in. */
export interface Application {
  partnerId: string
  documentIds: string[]
}

const papers: readonly { kind: PartnerDocumentKind; fileName: string; text: string }[] = [
  { kind: 'BUSINESS_REGISTRATION', fileName: 'register.pdf', text: 'Extract from the business register' },
  { kind: 'IDENTITY', fileName: 'passport.pdf', text: 'Passport of the owner' },
]

/** Applies with every document that is asked for, and hands the application in. With an idempotency key: once. */
export async function applyAsPartner(applicant: Person, input: ApplyAsPartnerInput): Promise<Application> {
  const applied = await applicant.run(ApplyAsPartnerDocument, { input })
  const { id: partnerId } = succeed(applied.applyAsPartner, 'Partner')
  const documentIds = await Promise.all(
    papers.map(async ({ kind, fileName, text }) => {
      const idempotencyKey = input.idempotencyKey && `${input.idempotencyKey}:${kind}`
      const file = { partnerId, kind, fileName, contentBase64: paper(text), idempotencyKey }
      const uploaded = await applicant.run(UploadPartnerDocumentDocument, { input: file })
      return succeed(uploaded.uploadPartnerDocument, 'PartnerDocument').id
    }),
  )
  await unlessDone(applicant.run(SubmitPartnerApplicationDocument, { input: { partnerId } }))
  return { partnerId, documentIds }
}

/** Reviews an application as an admin does, and verifies the partner. */
export async function verifyPartner(admin: Person, { partnerId, documentIds }: Application): Promise<void> {
  await unlessDone(admin.run(StartPartnerReviewDocument, { input: { partnerId } }))
  for (const documentId of documentIds) {
    await unlessDone(admin.run(ApprovePartnerDocumentDocument, { input: { documentId } }))
  }
  await unlessDone(admin.run(ApprovePartnerDocument, { input: { partnerId, reason: 'All documents are in order.' } }))
}
