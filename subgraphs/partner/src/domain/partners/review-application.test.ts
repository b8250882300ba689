import { Forbidden, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { colleague, company, ctxOf, factsAbout, handIn, migrations, staffOf } from '../../../test/factories.ts'
import { DocumentsMissing, DocumentsUnreviewed } from '../../errors.ts'
import { documentsOf } from '../documents/partner-documents.ts'
import { approvePartnerDocument, rejectPartnerDocument } from '../documents/review-document.ts'
import type { PartnerDecision } from './decide-partner.ts'
import { reinstatePartner, restrictPartner, suspendPartner, terminatePartner } from './partner-standing.ts'
import { type PartnerStatus, statusAfter } from './partner-status.ts'
import { approvePartner, rejectPartner, requestPartnerChanges, startPartnerReview } from './review-application.ts'
import { submitPartnerApplication } from './submit-application.ts'

const database = useDatabase(migrations)
const reason = 'The register says something else.'

/** An applicant with the two required documents uploaded. */
async function applicant(status: PartnerStatus = 'DRAFT') {
  const { partner, owner } = await company(database, { status })
  const ctx = ctxOf(database, owner)
  for (const kind of ['BUSINESS_REGISTRATION', 'IDENTITY'] as const) {
    await handIn(ctx, { partnerId: partner.id, kind })
  }
  return { partner, owner, ctx, partnerId: partner.id }
}

test('submits an application with its documents once all required kinds are present', async () => {
  const { ctx, partnerId } = await applicant()
  expect(await submitPartnerApplication(ctx, partnerId)).toMatchObject({ status: 'SUBMITTED', submittedAt: ctx.now() })
  expect((await documentsOf(ctx, partnerId)).map((document) => document.status)).toEqual([
    'PENDING_REVIEW',
    'PENDING_REVIEW',
  ])
  await expect(submitPartnerApplication(ctx, partnerId)).rejects.toThrow(InvalidState)
})

test('submits no application without its documents, or by anybody but an owner', async () => {
  const { partner, owner } = await company(database, { status: 'DRAFT' })
  const refusal = await submitPartnerApplication(ctxOf(database, owner), partner.id).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(DocumentsMissing)
  expect(refusal).toMatchObject({ kinds: ['BUSINESS_REGISTRATION', 'IDENTITY'] })
  const manager = await colleague(database, partner, 'MANAGER')
  await expect(submitPartnerApplication(ctxOf(database, manager.viewer), partner.id)).rejects.toThrow(Forbidden)
  await expect(submitPartnerApplication(ctxOf(database), partner.id)).rejects.toThrow(NotFound)
})

test('verifies a partner only when every document is reviewed and each required kind approved', async () => {
  const { ctx, owner, partnerId } = await applicant('DRAFT')
  const staff = staffOf(database)
  await submitPartnerApplication(ctx, partnerId)
  await expect(approvePartner(staff, { partnerId })).rejects.toThrow(InvalidState)
  await startPartnerReview(staff, { partnerId })
  await expect(approvePartner(staff, { partnerId })).rejects.toThrow(DocumentsUnreviewed)
  const [registration, identity] = await documentsOf(ctx, partnerId)
  await approvePartnerDocument(staff, { documentId: registration?.id ?? '' })
  await rejectPartnerDocument(staff, { documentId: identity?.id ?? '', reason: 'Not readable.' })
  const refusal = await approvePartner(staff, { partnerId }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(DocumentsMissing)
  expect(refusal).toMatchObject({ kinds: ['IDENTITY'] })

  expect(await requestPartnerChanges(staff, { partnerId, reason })).toMatchObject({ statusReason: reason })
  await expect(submitPartnerApplication(ctx, partnerId)).rejects.toThrow(DocumentsMissing)
  const { id: documentId } = await handIn(ctx, { partnerId, text: 'sharper' })
  expect(await submitPartnerApplication(ctx, partnerId)).toMatchObject({ status: 'SUBMITTED', statusReason: null })
  await startPartnerReview(staff, { partnerId })
  await approvePartnerDocument(staff, { documentId })
  expect(await approvePartner(staff, { partnerId })).toMatchObject({ status: 'VERIFIED', decidedAt: staff.now() })

  const facts = await factsAbout(database, partnerId)
  const decisions = facts.filter((fact) => fact.name === 'partner.applicationDecided')
  expect(decisions.map((fact) => fact.data)).toMatchObject([
    { decision: 'CHANGES_REQUESTED', reason, ownerIds: [owner.userId] },
    { decision: 'VERIFIED', reason: null, ownerIds: [owner.userId] },
  ])
  expect(facts.filter((fact) => fact.name === 'partner.changed').at(-1)?.data).toMatchObject({
    status: 'VERIFIED',
    maySell: true,
  })
})

test('does not verify a partner on an approval that expired while the rest was reviewed', async () => {
  const { ctx, partnerId } = await applicant()
  await submitPartnerApplication(ctx, partnerId)
  const staff = staffOf(database)
  await startPartnerReview(staff, { partnerId })
  for (const { id } of await documentsOf(ctx, partnerId)) {
    await approvePartnerDocument(staff, { documentId: id, validUntil: '2027-03-10' })
  }
  await expect(approvePartner(staffOf(database, new Date('2027-03-11T09:00:00Z')), { partnerId })).rejects.toThrow(
    DocumentsMissing,
  )
})

test('lets one of two admins decide an application', async () => {
  const { partner } = await company(database, { status: 'UNDER_REVIEW' })
  const input = { partnerId: partner.id, reason }
  const outcomes = await Promise.allSettled([
    rejectPartner(staffOf(database), input),
    requestPartnerChanges(staffOf(database), input),
  ])
  expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

const decisions = {
  startPartnerReview,
  approvePartner,
  requestPartnerChanges,
  rejectPartner,
  restrictPartner,
  suspendPartner,
  reinstatePartner,
  terminatePartner,
}

test.each(Object.entries(decisions))('leaves %s to staff who are no members of the partner', async (_name, decide) => {
  const { partner, owner } = await company(database)
  const input: PartnerDecision = { partnerId: partner.id, reason }
  await expect(decide(ctxOf(database), input)).rejects.toThrow(Forbidden)
  await expect(decide(ctxOf(database, owner), input)).rejects.toThrow(Forbidden)
  const ownStaff = { ...owner, groups: ['admin', 'admin:superadmin'] }
  await expect(decide(ctxOf(database, ownStaff), input)).rejects.toThrow(/Another member of staff/)
  await expect(decide(staffOf(database), { ...input, partnerId: 'ptr_none' })).rejects.toThrow(NotFound)
})

test.each([
  ['requestPartnerChanges', 'UNDER_REVIEW'],
  ['rejectPartner', 'UNDER_REVIEW'],
  ['restrictPartner', 'VERIFIED'],
  ['suspendPartner', 'VERIFIED'],
  ['terminatePartner', 'VERIFIED'],
] as const)('does not take %s without a reason', async (name, status) => {
  const { partner } = await company(database, { status })
  await expect(decisions[name](staffOf(database), { partnerId: partner.id, reason: '' })).rejects.toThrow(InvalidInput)
})

test('a restriction stops sales, a suspension payouts as well, and reinstating restores both', async () => {
  const { partner } = await company(database)
  const staff = staffOf(database)
  const input = { partnerId: partner.id, reason }
  for (const decide of [restrictPartner, suspendPartner, reinstatePartner, terminatePartner]) await decide(staff, input)
  const facts = await factsAbout(database, partner.id)
  const states = facts.filter((fact) => fact.name === 'partner.changed').map((fact) => fact.data)
  expect(states).toMatchObject([
    { version: 2, status: 'RESTRICTED', maySell: false },
    { version: 3, status: 'SUSPENDED', maySell: false },
    { version: 4, status: 'VERIFIED', maySell: true },
    { version: 5, status: 'TERMINATED', maySell: false },
  ])
  const audited = facts.filter((fact) => fact.name === 'partner.audited')
  expect(audited.map((fact) => [fact.data['action'], fact.data['reason']])).toEqual([
    ['restrictPartner', reason],
    ['suspendPartner', reason],
    ['reinstatePartner', reason],
    ['terminatePartner', reason],
  ])
})

test('allows no decision outside the state machine', () => {
  const statuses: PartnerStatus[] = [
    'DRAFT',
    'SUBMITTED',
    'UNDER_REVIEW',
    'CHANGES_REQUESTED',
    'REJECTED',
    'VERIFIED',
    'RESTRICTED',
    'SUSPENDED',
    'TERMINATED',
  ]
  const steps = [...Object.keys(decisions), 'submitPartnerApplication'] as (keyof typeof decisions)[]
  const life = steps.flatMap((step) =>
    statuses.flatMap((status) => {
      try {
        return [`${status} → ${statusAfter(step, status)}`]
      } catch {
        return []
      }
    }),
  )
  expect(life.toSorted()).toEqual([
    'CHANGES_REQUESTED → SUBMITTED',
    'DRAFT → SUBMITTED',
    'RESTRICTED → SUSPENDED',
    'RESTRICTED → TERMINATED',
    'RESTRICTED → VERIFIED',
    'SUBMITTED → UNDER_REVIEW',
    'SUSPENDED → TERMINATED',
    'SUSPENDED → VERIFIED',
    'UNDER_REVIEW → CHANGES_REQUESTED',
    'UNDER_REVIEW → REJECTED',
    'UNDER_REVIEW → VERIFIED',
    'VERIFIED → RESTRICTED',
    'VERIFIED → SUSPENDED',
    'VERIFIED → TERMINATED',
  ])
})

test('notifies owners and managers of every change of their rights, with the reason', async () => {
  const { partner, owner } = await company(database)
  const manager = await colleague(database, partner, 'MANAGER')
  await colleague(database, partner, 'SCANNER')
  const staff = staffOf(database)
  const input = { partnerId: partner.id, reason }
  await restrictPartner(staff, input)
  await suspendPartner(staff, input)
  await reinstatePartner(staff, { partnerId: partner.id })
  await terminatePartner(staff, input)
  const told = (await factsAbout(database, partner.id)).filter((fact) => fact.name === 'partner.statusChanged')
  const people = { partnerId: partner.id, name: partner.name, memberIds: [owner.userId, manager.viewer.userId] }
  expect(told.map((fact) => fact.data)).toEqual([
    { ...people, from: 'VERIFIED', status: 'RESTRICTED', reason },
    { ...people, from: 'RESTRICTED', status: 'SUSPENDED', reason },
    { ...people, from: 'SUSPENDED', status: 'VERIFIED', reason: null },
    { ...people, from: 'VERIFIED', status: 'TERMINATED', reason },
  ])
})
