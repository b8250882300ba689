import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerRow, partnerMembers } from '../../db/tables/partners.ts'
import { emit } from '../../emit.ts'
import { DocumentsMissing, DocumentsUnreviewed } from '../../errors.ts'
import { documentsOf, unapprovedKinds } from '../documents/partner-documents.ts'
import { decidePartner, type PartnerDecision } from './decide-partner.ts'

/** Starts the review of a submitted application. @throws {NotFound | Forbidden | InvalidState} */
export async function startPartnerReview(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, { step: 'startPartnerReview', needsReason: false })
}

/**
 * Verifies a partner whose documents were all reviewed, with one of each required kind approved.
 * @throws {DocumentsUnreviewed | DocumentsMissing | NotFound | Forbidden | InvalidState}
 */
export async function approvePartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, {
    step: 'approvePartner',
    needsReason: false,
    check: requireDocuments,
    change: decidedNow,
    after: (ctx, partner) => publishDecision(ctx, partner, 'VERIFIED'),
  })
}

/** Returns an application to the applicant to be changed. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function requestPartnerChanges(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, {
    step: 'requestPartnerChanges',
    needsReason: true,
    change: decidedNow,
    after: (ctx, partner) => publishDecision(ctx, partner, 'CHANGES_REQUESTED'),
  })
}

/** Rejects an application permanently. @throws {NotFound | Forbidden | InvalidState | InvalidInput} */
export async function rejectPartner(ctx: Ctx, input: PartnerDecision): Promise<PartnerRow> {
  return await decidePartner(ctx, input, {
    step: 'rejectPartner',
    needsReason: true,
    change: decidedNow,
    after: (ctx, partner) => publishDecision(ctx, partner, 'REJECTED'),
  })
}

function decidedNow(ctx: Ctx): Partial<PartnerRow> {
  return { decidedAt: ctx.now() }
}

async function requireDocuments(ctx: Ctx, partner: PartnerRow): Promise<void> {
  const documents = await documentsOf(ctx, partner.id)
  const waiting = documents.filter((document) => document.status === 'PENDING_REVIEW')
  if (waiting.length > 0) throw new DocumentsUnreviewed(waiting.map((document) => document.id))
  const kinds = unapprovedKinds(documents, ctx.now())
  if (kinds.length > 0) {
    throw new DocumentsMissing(`First approve a document of each of these kinds: ${kinds.join(', ')}.`, kinds)
  }
}

async function publishDecision(
  ctx: Ctx,
  partner: PartnerRow,
  decision: 'VERIFIED' | 'CHANGES_REQUESTED' | 'REJECTED',
): Promise<void> {
  const owners = await ctx.db
    .select({ userId: partnerMembers.userId })
    .from(partnerMembers)
    .where(and(eq(partnerMembers.partnerId, partner.id), eq(partnerMembers.role, 'OWNER')))
    .orderBy(asc(partnerMembers.id))
  const { id: partnerId, name, statusReason: reason } = partner
  await emit(ctx, 'partner.applicationDecided', {
    subject: partnerId,
    data: { partnerId, name, decision, reason, ownerIds: owners.map((owner) => owner.userId) },
  })
}
