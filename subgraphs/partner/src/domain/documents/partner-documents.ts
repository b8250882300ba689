import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, partnerDocuments } from '../../db/tables/partners.ts'

export type DocumentKind = PartnerDocumentRow['kind']

/** The kinds of documents without which nobody is verified. */
export const requiredKinds: readonly DocumentKind[] = ['BUSINESS_REGISTRATION', 'IDENTITY']

/** Where a document stands at a moment: an approved one is good no longer once its last day is over, whatever is written. */
export function documentStatusAt(document: PartnerDocumentRow, now: Date): PartnerDocumentRow['status'] {
  return document.status === 'APPROVED' && hasRunOut(document, now) ? 'EXPIRED' : document.status
}

/** The required kinds of which there is no document that was not refused or ran out. */
export function missingKinds(documents: readonly PartnerDocumentRow[], now: Date): DocumentKind[] {
  return kindsWithout(documents, now, ['UPLOADED', 'PENDING_REVIEW', 'APPROVED'])
}

/** The required kinds of which no document is approved and still good. */
export function unapprovedKinds(documents: readonly PartnerDocumentRow[], now: Date): DocumentKind[] {
  return kindsWithout(documents, now, ['APPROVED'])
}

/** A partner's documents, the oldest first, as the transaction sees them. */
export async function documentsOf(ctx: Ctx, partnerId: string): Promise<PartnerDocumentRow[]> {
  return await ctx.db
    .select()
    .from(partnerDocuments)
    .where(eq(partnerDocuments.partnerId, partnerId))
    .orderBy(asc(partnerDocuments.id))
}

/** A document; null when there is none, or none in that partner. */
export async function findDocument(ctx: Ctx, id: string, partnerId?: string): Promise<PartnerDocumentRow | null> {
  const ofPartner = partnerId === undefined ? undefined : eq(partnerDocuments.partnerId, partnerId)
  const [document] = await ctx.db
    .select()
    .from(partnerDocuments)
    .where(and(eq(partnerDocuments.id, id), ofPartner))
  return document ?? null
}

function kindsWithout(
  documents: readonly PartnerDocumentRow[],
  now: Date,
  good: readonly PartnerDocumentRow['status'][],
): DocumentKind[] {
  const present = new Set(
    documents.filter((document) => good.includes(documentStatusAt(document, now))).map((document) => document.kind),
  )
  return requiredKinds.filter((kind) => !present.has(kind))
}

/** Days are those of UTC, as staff work in many zones. */
function hasRunOut(document: PartnerDocumentRow, now: Date): boolean {
  return document.validUntil !== null && document.validUntil < now.toISOString().slice(0, 10)
}
