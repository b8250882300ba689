import { and, asc, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, partnerDocuments } from '../../db/tables/partners.ts'

export type DocumentKind = PartnerDocumentRow['kind']

/** The kinds of documents that verification requires. */
export const requiredKinds: readonly DocumentKind[] = ['BUSINESS_REGISTRATION', 'IDENTITY']

/** The status of a document at a time: an approved one expires after its last day, whatever the column says. */
export function documentStatusAt(document: PartnerDocumentRow, now: Date): PartnerDocumentRow['status'] {
  return document.status === 'APPROVED' && hasRunOut(document, now) ? 'EXPIRED' : document.status
}

/** The required kinds without a document that is valid and not rejected. */
export function missingKinds(documents: readonly PartnerDocumentRow[], now: Date): DocumentKind[] {
  return kindsWithout(documents, now, ['UPLOADED', 'PENDING_REVIEW', 'APPROVED'])
}

/** The required kinds without an approved and valid document. */
export function unapprovedKinds(documents: readonly PartnerDocumentRow[], now: Date): DocumentKind[] {
  return kindsWithout(documents, now, ['APPROVED'])
}

/** A partner's documents, oldest first, as the transaction sees them. */
export async function documentsOf(ctx: Ctx, partnerId: string): Promise<PartnerDocumentRow[]> {
  return await ctx.db
    .select()
    .from(partnerDocuments)
    .where(eq(partnerDocuments.partnerId, partnerId))
    .orderBy(asc(partnerDocuments.id))
}

/** A document; null when there is none, or it belongs to another partner. */
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

/** Compares dates in UTC, as staff work in many time zones. */
function hasRunOut(document: PartnerDocumentRow, now: Date): boolean {
  return document.validUntil !== null && document.validUntil < now.toISOString().slice(0, 10)
}
