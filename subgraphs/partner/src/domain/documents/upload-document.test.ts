import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import {
  colleague,
  company,
  ctxOf,
  factsAbout,
  handIn,
  memberOf,
  migrations,
  scan,
  staffOf,
  uploaded,
} from '../../../test/factories.ts'
import { getDocumentFile, openDocumentFile } from './document-file.ts'
import { createDocumentUpload } from './document-uploads.ts'
import { expireDocuments } from './expire-documents.ts'
import { documentStatusAt, documentsOf } from './partner-documents.ts'
import { removePartnerDocument } from './remove-document.ts'
import { approvePartnerDocument, rejectPartnerDocument } from './review-document.ts'
import { uploadPartnerDocument } from './upload-document.ts'

const database = useDatabase(migrations)

test('takes the file of an upload over, and shows it to managers and compliance only', async () => {
  const { partner, owner } = await company(database, { status: 'DRAFT' })
  const document = await handIn(ctxOf(database, owner), { partnerId: partner.id })
  expect(document).toMatchObject({ status: 'UPLOADED', contentType: 'application/pdf', byteSize: 22 })
  const clerk = await colleague(database, partner, 'BOX_OFFICE')
  const manager = await colleague(database, partner, 'MANAGER')
  for (const ctx of [ctxOf(database, manager.viewer), staffOf(database)]) {
    expect(await getDocumentFile(ctx, document.id)).toMatchObject({ fileName: 'passport.pdf' })
    const file = await openDocumentFile(ctx, document.id)
    expect(await buffer((await file?.open()) ?? Readable.from([]))).toEqual(scan())
  }
  for (const ctx of [ctxOf(database, clerk.viewer), ctxOf(database, testUser())]) {
    expect(await getDocumentFile(ctx, document.id)).toBeNull()
    expect(await openDocumentFile(ctx, document.id)).toBeNull()
  }
})

test('takes an upload over once, by who made it, for its partner, in time and after its file came', async () => {
  const { partner, owner } = await company(database)
  const other = await company(database)
  const ctx = ctxOf(database, owner)
  const manager = await colleague(database, partner, 'MANAGER')
  const uploadId = await uploaded(ctx, partner.id)
  const input = { partnerId: partner.id, kind: 'OTHER' as const, fileName: 'a.pdf', uploadId }
  const { id: empty } = await createDocumentUpload(ctx, partner.id)
  await memberOf(database, other.partner, { userId: owner.userId, role: 'OWNER' })
  const anHourLater = new Date(ctx.now().getTime() + 3_600_000)
  for (const [by, change] of [
    [ctxOf(database, manager.viewer), {}],
    [ctx, { uploadId: 'upl_none' }],
    [ctx, { uploadId: empty }],
    [ctx, { partnerId: other.partner.id }],
    [ctxOf(database, owner, anHourLater), {}],
  ] as const) {
    await expect(uploadPartnerDocument(by, { ...input, ...change })).rejects.toThrow(InvalidInput)
  }
  const both = await Promise.allSettled([uploadPartnerDocument(ctx, input), uploadPartnerDocument(ctx, input)])
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: expect.any(InvalidInput) })
})

test('sends a document to review at once when the application was submitted', async () => {
  const { partner, owner } = await company(database)
  const document = await handIn(ctxOf(database, owner), { partnerId: partner.id })
  expect(document.status).toBe('PENDING_REVIEW')
})

test('answers a repeated upload with the same document', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const uploadId = await uploaded(ctx, partner.id)
  const file = { kind: 'IDENTITY' as const, fileName: 'passport.pdf', uploadId }
  const input = { partnerId: partner.id, ...file, idempotencyKey: 'once' }
  const both = await Promise.all([uploadPartnerDocument(ctx, input), uploadPartnerDocument(ctx, input)])
  expect(both[0].id).toBe(both[1].id)
  expect(await documentsOf(ctx, partner.id)).toHaveLength(1)
})

test('limits the documents of a partner', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  for (let count = 0; count < 30; count++) await handIn(ctx, { partnerId: partner.id })
  await expect(handIn(ctx, { partnerId: partner.id })).rejects.toThrow(InvalidState)
})

test('accepts documents from managers only', async () => {
  const { partner } = await company(database, { status: 'DRAFT' })
  const clerk = await colleague(database, partner, 'SCANNER')
  const input = { partnerId: partner.id, kind: 'OTHER' as const, fileName: 'a.pdf', uploadId: 'upl_none' }
  for (const [viewer, refusal] of [
    [clerk.viewer, Forbidden],
    [testUser(), NotFound],
  ] as const) {
    await expect(createDocumentUpload(ctxOf(database, viewer), partner.id)).rejects.toThrow(refusal)
    await expect(uploadPartnerDocument(ctxOf(database, viewer), input)).rejects.toThrow(refusal)
  }
})

test('removes a document that was not submitted, and keeps submitted ones as evidence', async () => {
  const { partner, owner } = await company(database, { status: 'DRAFT' })
  const ctx = ctxOf(database, owner)
  const document = await handIn(ctx, { partnerId: partner.id })
  await expect(removePartnerDocument(ctxOf(database), document.id)).rejects.toThrow(
    `There is no document ${document.id}`,
  )
  expect(await removePartnerDocument(ctx, document.id)).toBe(document.id)
  expect(await documentsOf(ctx, partner.id)).toEqual([])
  await expect(removePartnerDocument(ctx, document.id)).rejects.toThrow(NotFound)
  const verified = await company(database)
  const handedIn = await handIn(ctxOf(database, verified.owner), { partnerId: verified.partner.id })
  await expect(removePartnerDocument(ctxOf(database, verified.owner), handedIn.id)).rejects.toThrow(InvalidState)
})

test('reviews a document once, by staff who are not members, with a reason for a rejection', async () => {
  const { partner, owner } = await company(database)
  const { id: documentId } = await handIn(ctxOf(database, owner), { partnerId: partner.id })
  const staff = staffOf(database)
  await expect(rejectPartnerDocument(staff, { documentId, reason: ' ' })).rejects.toThrow(InvalidInput)
  await expect(approvePartnerDocument(staff, { documentId, validUntil: '2027-02-28' })).rejects.toThrow(InvalidInput)
  await expect(approvePartnerDocument(ctxOf(database, owner), { documentId })).rejects.toThrow(Forbidden)
  const ownStaff = { ...owner, groups: ['admin', 'admin:superadmin'] }
  await expect(approvePartnerDocument(ctxOf(database, ownStaff), { documentId })).rejects.toThrow(
    /Another member of staff/,
  )
  await expect(approvePartnerDocument(staff, { documentId: 'doc_none' })).rejects.toThrow(NotFound)
  const outcomes = await Promise.allSettled([
    approvePartnerDocument(staff, { documentId }),
    rejectPartnerDocument(staff, { documentId, reason: 'Not readable.' }),
  ])
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toBeInstanceOf(InvalidState)
})

test('expires an approval after its last day, whether or not the daily check ran', async () => {
  const { partner, owner } = await company(database)
  const ctx = ctxOf(database, owner)
  const { id: documentId } = await handIn(ctx, { partnerId: partner.id })
  const approved = await approvePartnerDocument(staffOf(database), { documentId, validUntil: '2027-03-31' })
  expect(documentStatusAt(approved, new Date('2027-03-31T23:59:59Z'))).toBe('APPROVED')
  expect(documentStatusAt(approved, new Date('2027-04-01T00:00:00Z'))).toBe('EXPIRED')
  const service = { kind: 'service', service: 'partner' } as const
  await expireDocuments(ctxOf(database, service, new Date('2027-03-31T23:59:59Z')))
  expect(await documentsOf(ctx, partner.id)).toMatchObject([{ status: 'APPROVED' }])
  await expireDocuments(ctxOf(database, service, new Date('2027-04-01T00:10:00Z')))
  expect(await documentsOf(ctx, partner.id)).toMatchObject([{ status: 'EXPIRED' }])
  const audited = (await factsAbout(database, documentId)).filter((fact) => fact.name === 'partner.audited')
  expect(audited.map((fact) => fact.data['action'])).toEqual([
    'uploadPartnerDocument',
    'approvePartnerDocument',
    'expireDocuments',
  ])
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\Ada\\passport.pdf', 'passport.pdf'],
  ['a/b\\c／d.pdf', 'd.pdf'],
  ['  ..hidden.pdf. ', 'hidden.pdf'],
  ['in: "draft"?.pdf', 'in_ _draft__.pdf'],
  ['Ausweis Müller.pdf', 'Ausweis Müller.pdf'],
])('stores only the last part of the file name %s: %s', async (fileName, kept) => {
  const { partner, owner } = await company(database)
  const document = await handIn(ctxOf(database, owner), { partnerId: partner.id, fileName })
  expect(document.fileName).toBe(kept)
})

test.each(['', '/', '..', 'a/', 'a\nb.pdf', 'fdp.\u202etxt', `${'x'.repeat(201)}.pdf`])(
  'refuses the file name %j',
  async (fileName) => {
    const { partner, owner } = await company(database)
    const refused = handIn(ctxOf(database, owner), { partnerId: partner.id, fileName })
    await expect(refused).rejects.toThrow(InvalidInput)
  },
)
