import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type PartnerDocumentRow, type PartnerRow, partnerDocuments } from '../../db/tables/partners.ts'
import { audit } from '../partners/audit.ts'
import { changePartner } from '../partners/change-partner.ts'
import { lockPartner } from '../partners/lock-partner.ts'
import { publishStatus } from '../partners/partner-standing.ts'
import { dayAfter, expiryDaysOf, overdueKinds, publishDocument } from './document-expiry.ts'
import { documentStatusAt, documentsOf } from './partner-documents.ts'

const maxNoticeDays = 90

/**
 * The daily work on documents: notifies partners of documents that expire soon or have expired, and restricts verified
 * partners after the grace period. One transaction per partner, so that a failure stops no other.
 */
export async function expireDocuments(ctx: Ctx): Promise<void> {
  for (const partnerId of await partnersDue(ctx)) {
    await inTransaction(ctx, (ctx) => expireDocumentsOf(ctx, partnerId)).catch((error: unknown) => {
      ctx.log.error({ err: error, partnerId }, 'checking the documents of a partner failed')
    })
  }
}

async function partnersDue(ctx: Ctx): Promise<string[]> {
  const today = dayAfter(ctx.now(), 0)
  const { rows } = await ctx.db.execute<{ partner_id: string }>(sql`
    /* partner.expireDocuments */
    select partner_id from partner_documents
    where status = 'APPROVED' and valid_until < ${dayAfter(today, maxNoticeDays)}
    union
    select documents.partner_id from partner_documents documents
    join partners on partners.id = documents.partner_id and partners.status = 'VERIFIED'
    where documents.status = 'EXPIRED' and documents.valid_until < ${today}
    order by 1`)
  return rows.map((row) => row.partner_id)
}

async function expireDocumentsOf(ctx: Ctx, partnerId: string): Promise<void> {
  const partner = await lockPartner(ctx, partnerId)
  if (!partner) return
  const documents = await documentsOf(ctx, partnerId)
  const { noticeDays } = await expiryDaysOf(ctx, partnerId)
  const noticeDay = dayAfter(ctx.now(), noticeDays)
  for (const document of documents) {
    const status = expiryStatusOf(document, ctx.now(), noticeDay)
    if (status === 'EXPIRED' && document.status === 'APPROVED') await writeExpired(ctx, document)
    if (status && isOpen(partner) && !isReplaced(document, documents))
      await sendNotice(ctx, { partner, document, status })
  }
  if (partner.status === 'VERIFIED') await restrictForDocuments(ctx, partner)
}

/** The new status of a document: it expires by the day of notice, or has expired. Each is notified once. */
function expiryStatusOf(document: PartnerDocumentRow, now: Date, noticeDay: string): 'EXPIRING' | 'EXPIRED' | null {
  const { status, validUntil, expiryNoticeAt } = document
  if (documentStatusAt(document, now) === 'EXPIRED') {
    return status === 'APPROVED' || expiryNoticeAt === null ? 'EXPIRED' : null
  }
  const isSoon = status === 'APPROVED' && validUntil !== null && validUntil <= noticeDay
  return isSoon && expiryNoticeAt === null ? 'EXPIRING' : null
}

/** Whether another approved document of the kind is valid for longer: then nothing follows, and nobody is notified. */
function isReplaced(document: PartnerDocumentRow, all: readonly PartnerDocumentRow[]): boolean {
  const { id, kind, validUntil } = document
  return all.some(
    (other) =>
      other.id !== id &&
      other.kind === kind &&
      other.status === 'APPROVED' &&
      (other.validUntil === null || other.validUntil > (validUntil ?? '')),
  )
}

async function writeExpired(ctx: Ctx, document: PartnerDocumentRow): Promise<void> {
  await ctx.db.update(partnerDocuments).set({ status: 'EXPIRED' }).where(eq(partnerDocuments.id, document.id))
  await audit(ctx, {
    action: 'expireDocuments',
    subjectType: 'PartnerDocument',
    subjectId: document.id,
    partnerId: document.partnerId,
    changes: { kind: document.kind, validUntil: document.validUntil },
  })
}

interface ExpiryNotice {
  partner: PartnerRow
  document: PartnerDocumentRow
  status: 'EXPIRING' | 'EXPIRED'
}

async function sendNotice(ctx: Ctx, { partner, document, status }: ExpiryNotice): Promise<void> {
  const expiryNoticeAt = document.expiryNoticeAt ?? ctx.now()
  await ctx.db.update(partnerDocuments).set({ expiryNoticeAt }).where(eq(partnerDocuments.id, document.id))
  await publishDocument(ctx, partner, { document: { ...document, expiryNoticeAt }, status })
}

function isOpen({ status }: PartnerRow): boolean {
  return status !== 'REJECTED' && status !== 'TERMINATED'
}

async function restrictForDocuments(ctx: Ctx, partner: PartnerRow): Promise<void> {
  // A document awaiting review does not count against the partner.
  const kinds = await overdueKinds(ctx, partner.id, ['APPROVED', 'PENDING_REVIEW'])
  if (kinds.length === 0) return
  const statusReason = `A required document has expired and was not replaced: ${kinds.join(', ')}. Upload a new one.`
  const change = { status: 'RESTRICTED', statusReason, isRestrictedForDocuments: true } as const
  await publishStatus(ctx, await changePartner(ctx, partner.id, change), partner.status)
  await audit(ctx, {
    action: 'restrictPartner',
    subjectType: 'Partner',
    subjectId: partner.id,
    partnerId: partner.id,
    reason: statusReason,
    changes: { status: { from: partner.status, to: change.status }, kinds },
  })
}

/** Restores the rights of a partner restricted for its documents, once they are all valid again. */
export async function reinstateForDocuments(ctx: Ctx, partner: PartnerRow): Promise<void> {
  if (partner.status !== 'RESTRICTED' || !partner.isRestrictedForDocuments) return
  if ((await overdueKinds(ctx, partner.id)).length > 0) return
  const change = { status: 'VERIFIED', statusReason: null, isRestrictedForDocuments: false } as const
  await publishStatus(ctx, await changePartner(ctx, partner.id, change), partner.status)
  await audit(ctx, {
    action: 'reinstatePartner',
    subjectType: 'Partner',
    subjectId: partner.id,
    partnerId: partner.id,
    reason: 'All required documents are valid again.',
    changes: { status: { from: partner.status, to: change.status } },
  })
}
