import { inTransaction } from '@tikitu/kit/db'
import { and, eq, lt } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { partnerDocuments } from '../db/tables/partners.ts'
import { audit } from './audit.ts'

/** Writes down which approved documents are good no longer. Nothing depends on it: their status is judged by time anyway. */
export async function expireDocuments(ctx: Ctx): Promise<void> {
  const today = ctx.now().toISOString().slice(0, 10)
  await inTransaction(ctx, async (ctx) => {
    const expired = await ctx.db
      .update(partnerDocuments)
      .set({ status: 'EXPIRED' })
      .where(and(eq(partnerDocuments.status, 'APPROVED'), lt(partnerDocuments.validUntil, today)))
      .returning()
    for (const document of expired) {
      await audit(ctx, {
        action: 'expireDocuments',
        subjectType: 'PartnerDocument',
        subjectId: document.id,
        partnerId: document.partnerId,
        changes: { kind: document.kind, validUntil: document.validUntil },
      })
    }
  })
}
