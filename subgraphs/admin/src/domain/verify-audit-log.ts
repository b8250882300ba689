import { and, asc, eq, gt } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { type AuditEntryRow, auditEntries, auditHeads } from '../db/tables.ts'
import { type AuditFact, genesis, hashOf } from './record-audit.ts'
import { requireStaff } from './require-staff.ts'

export interface AuditLogVerification {
  tenant: string
  entries: number
  isIntact: boolean
  /** The first entry that was altered or is missing. */
  brokenAtSequence: number | null
}

const batchSize = 1_000

/** Recomputes a tenant's chain from its first entry to its head, and names the first entry that does not fit. */
export async function verifyAuditLog(ctx: Ctx, tenant: string): Promise<AuditLogVerification> {
  await requireStaff(ctx)
  const [head] = await ctx.db.select().from(auditHeads).where(eq(auditHeads.tenant, tenant))
  let link = { sequence: 0, hash: genesis }
  for await (const entry of chainOf(ctx, tenant)) {
    if (!follows(entry, link))
      return { tenant, entries: link.sequence, isIntact: false, brokenAtSequence: link.sequence + 1 }
    link = entry
  }
  const isWhole = link.sequence >= (head?.sequence ?? 0)
  return { tenant, entries: link.sequence, isIntact: isWhole, brokenAtSequence: isWhole ? null : link.sequence + 1 }
}

/** A tenant's entries in the order of the chain, read in batches. */
export async function* chainOf(ctx: Ctx, tenant: string, afterSequence = 0): AsyncGenerator<AuditEntryRow> {
  for (let last = afterSequence; ; ) {
    const batch = await ctx.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.tenant, tenant), gt(auditEntries.sequence, last)))
      .orderBy(asc(auditEntries.sequence))
      .limit(batchSize)
    yield* batch
    const end = batch.at(-1)
    if (!end || batch.length < batchSize) return
    last = end.sequence
  }
}

function follows(entry: AuditEntryRow, link: { sequence: number; hash: string }): boolean {
  const isNext = entry.sequence === link.sequence + 1 && entry.previousHash === link.hash
  return isNext && entry.hash === hashOf(entry as AuditEntryRow & AuditFact)
}
