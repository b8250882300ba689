import type { Ctx } from '../../context.ts'
import type { PartnerDocumentRow, PartnerRow } from '../../db/tables/partners.ts'
import { emit } from '../../emit.ts'
import { configuredDays } from '../partners/configured-days.ts'
import { peopleOf } from '../partners/partner-people.ts'
import { type DocumentKind, documentStatusAt, documentsOf, requiredKinds } from './partner-documents.ts'

/** Days of notice before a document expires, and days of grace after it until the partner is restricted. */
export interface ExpiryDays {
  noticeDays: number
  graceDays: number
}

/** The days configured for a partner. */
export async function expiryDaysOf(ctx: Ctx, partnerId: string): Promise<ExpiryDays> {
  return {
    noticeDays: await configuredDays(ctx, 'partner.documentNoticeDays', partnerId),
    graceDays: await configuredDays(ctx, 'partner.documentGraceDays', partnerId),
  }
}

/** The date that many days after `day`, in UTC. */
export function dayAfter(day: string | Date, days: number): string {
  return new Date(new Date(day).getTime() + days * 86_400_000).toISOString().slice(0, 10)
}

type DocumentStatus = PartnerDocumentRow['status']

/**
 * The required kinds whose document expired before the grace period, with no replacement in a status of `inPlace`: an
 * approved one, or also one awaiting review.
 */
export async function overdueKinds(
  ctx: Ctx,
  partnerId: string,
  inPlace: readonly DocumentStatus[] = ['APPROVED'],
): Promise<DocumentKind[]> {
  const { graceDays } = await expiryDaysOf(ctx, partnerId)
  const documents = await documentsOf(ctx, partnerId)
  return requiredKinds.filter((kind) => {
    const ofKind = documents.filter((document) => document.kind === kind)
    if (ofKind.some((document) => inPlace.includes(documentStatusAt(document, ctx.now())))) return false
    const last = lastToRunOut(ofKind, ctx.now())
    return !!last?.expiryNoticeAt && restrictedFrom(last, graceDays, ctx.now()) <= dayAfter(ctx.now(), 0)
  })
}

function lastToRunOut(documents: readonly PartnerDocumentRow[], now: Date): PartnerDocumentRow | null {
  const expired = documents.filter((document) => documentStatusAt(document, now) === 'EXPIRED')
  return expired.toSorted((a, b) => ((a.validUntil ?? '') < (b.validUntil ?? '') ? -1 : 1)).at(-1) ?? null
}

/**
 * The first day on which an expired document restricts the partner: the grace period starts when it expired, but not before
 * the notice.
 */
function restrictedFrom({ validUntil, expiryNoticeAt }: PartnerDocumentRow, graceDays: number, now: Date): string {
  const days = [dayAfter(validUntil ?? now, 1 + graceDays), dayAfter(expiryNoticeAt ?? now, graceDays)]
  return days.toSorted().at(-1) ?? ''
}

/** Notifies a partner's owners and managers of a document's status, and of what follows when it expires. */
export async function publishDocument(
  ctx: Ctx,
  partner: PartnerRow,
  { document, status }: { document: PartnerDocumentRow; status: 'APPROVED' | 'REJECTED' | 'EXPIRING' | 'EXPIRED' },
): Promise<void> {
  const { id: documentId, kind, reason, validUntil } = document
  const runsOut = status === 'EXPIRING' || status === 'EXPIRED'
  const hasEffect = runsOut && requiredKinds.includes(kind) && validUntil !== null
  const { graceDays } = await expiryDaysOf(ctx, partner.id)
  await emit(ctx, 'partner.documentStatusChanged', {
    subject: documentId,
    data: {
      ...(await peopleOf(ctx, partner)),
      documentId,
      kind,
      status,
      reason: status === 'REJECTED' ? reason : null,
      validUntil,
      restrictedFrom: hasEffect ? restrictedFrom(document, graceDays, ctx.now()) : null,
    },
  })
}
