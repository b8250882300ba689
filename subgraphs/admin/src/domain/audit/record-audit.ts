import { createHash } from 'node:crypto'
import { canonicalJson } from '@tikitu/kit/base/canonical-json'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AuditEntryRow, auditEntries, auditHeads } from '../../db/tables.ts'

/** What an entry says, apart from its place in the chain. */
export type AuditFact = Pick<
  AuditEntryRow,
  | 'tenant'
  | 'eventId'
  | 'service'
  | 'action'
  | 'subjectType'
  | 'subjectId'
  | 'actor'
  | 'reason'
  | 'requestId'
  | 'occurredAt'
> & { changes: Record<string, unknown> }

/** The tenant of what concerns no partner. */
export const platform = 'platform'

/** The hash before the first entry of a chain. */
export const genesisHash = '0'.repeat(64)

/**
 * Adds an entry to the end of its tenant's chain, in the transaction of what it tells. Entries of one tenant are added one
 * after the other, so the chain has no gap and no fork.
 */
export async function recordAudit(ctx: Ctx, fact: AuditFact): Promise<AuditEntryRow> {
  const head = await lockHead(ctx, fact.tenant)
  const place = { sequence: head.sequence + 1, previousHash: head.hash }
  const hash = hashOf({ ...fact, ...place })
  const [entry] = await ctx.db
    .insert(auditEntries)
    .values({ id: ctx.newId('aud'), recordedAt: ctx.now(), ...fact, ...place, hash })
    .returning()
  await ctx.db.update(auditHeads).set({ sequence: place.sequence, hash }).where(eq(auditHeads.tenant, fact.tenant))
  return entry as AuditEntryRow
}

/** Records what a member of the staff did in admin itself. */
export async function recordAdminAction(
  ctx: Ctx,
  act: Pick<AuditFact, 'action' | 'subjectType' | 'subjectId' | 'reason' | 'changes'>,
): Promise<void> {
  await recordAudit(ctx, {
    ...act,
    tenant: platform,
    eventId: null,
    service: 'admin',
    actor: ctx.viewer.kind === 'user' ? ctx.viewer.userId : 'service:admin',
    requestId: ctx.requestId,
    occurredAt: ctx.now(),
  })
}

/** SHA-256 over what an entry says and the hash before it, as canonical JSON (RFC 8785), in hexadecimal. */
export function hashOf(entry: AuditFact & Pick<AuditEntryRow, 'sequence' | 'previousHash'>): string {
  const { tenant, sequence, previousHash, eventId, service, action, subjectType, subjectId, actor, reason } = entry
  const covered = {
    ...{ tenant, sequence, previousHash, eventId, service, action, subjectType, subjectId, actor, reason },
    changes: entry.changes,
    requestId: entry.requestId,
    occurredAt: entry.occurredAt.toISOString(),
  }
  return createHash('sha256').update(canonicalJson(covered)).digest('hex')
}

async function lockHead(ctx: Ctx, tenant: string): Promise<{ sequence: number; hash: string }> {
  await ctx.db.insert(auditHeads).values({ tenant, sequence: 0, hash: genesisHash }).onConflictDoNothing()
  const [head] = await ctx.db.select().from(auditHeads).where(eq(auditHeads.tenant, tenant)).for('update')
  if (!head) throw new Error(`the audit chain of ${tenant} has no head row`)
  return head
}
