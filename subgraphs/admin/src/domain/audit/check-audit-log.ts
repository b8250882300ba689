import { and, asc, eq, lt, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AuditCheckpointRow, auditCheckpoints } from '../../db/tables.ts'
import { type ChainLink, chainStart, checkSegment, recompute } from './verify-audit-log.ts'

/** How many entries stand between two checkpoints. */
export const segmentSize = 1_000
const segmentsPerRun = 100
const recheckAfterHours = 24

/**
 * Keeps the audit log verified without ever reading all of it at once: sets a checkpoint after each thousand new entries of a
 * chain, and recomputes the segments whose last check is more than a day old. What is broken is logged as an error, and shown by
 * `auditLogVerification`.
 */
export async function checkAuditLog(ctx: Ctx): Promise<void> {
  for (const { tenant, ...last } of await grownChains(ctx)) {
    await setCheckpoints(ctx, tenant, last.sequence === 0 ? chainStart : last)
  }
  for (const checkpoint of await oldestChecked(ctx)) await recheck(ctx, checkpoint)
}

type Chain = { tenant: string } & Pick<ChainLink, keyof ChainLink>

/** Chains with a whole segment behind their last checkpoint. */
async function grownChains(ctx: Ctx): Promise<Chain[]> {
  const { rows } = await ctx.db.execute<Chain>(sql`
    /* admin.grownChains */
    select head.tenant, coalesce(last.sequence, 0) as sequence, coalesce(last.hash, '') as hash
    from audit_heads head
    left join lateral (
      select sequence, hash from audit_checkpoints checkpoint
      where checkpoint.tenant = head.tenant order by sequence desc limit 1) last on true
    where head.sequence >= coalesce(last.sequence, 0) + ${segmentSize}
    limit 100`)
  return rows
}

/** A chain that is broken gets no further checkpoint: nothing after the break can be vouched for. */
async function setCheckpoints(ctx: Ctx, tenant: string, start: ChainLink): Promise<void> {
  let last = start
  for (let count = 0; count < segmentsPerRun; count++) {
    const sequence = last.sequence + segmentSize
    const { end, brokenAtSequence } = await recompute(ctx, { tenant, after: last, upTo: sequence })
    if (brokenAtSequence !== null) return reportBreak(ctx, tenant, brokenAtSequence)
    if (end.sequence < sequence) return
    await ctx.db
      .insert(auditCheckpoints)
      .values({ tenant, sequence, hash: end.hash, checkedAt: ctx.now() })
      .onConflictDoNothing()
    last = end
  }
}

async function oldestChecked(ctx: Ctx): Promise<AuditCheckpointRow[]> {
  return await ctx.db
    .select()
    .from(auditCheckpoints)
    .where(lt(auditCheckpoints.checkedAt, new Date(ctx.now().getTime() - recheckAfterHours * 3_600_000)))
    .orderBy(asc(auditCheckpoints.checkedAt))
    .limit(segmentsPerRun)
}

async function recheck(ctx: Ctx, checkpoint: AuditCheckpointRow): Promise<void> {
  const { tenant, sequence } = checkpoint
  const brokenAtSequence = await checkSegment(ctx, await linkBefore(ctx, checkpoint), checkpoint)
  await ctx.db
    .update(auditCheckpoints)
    .set({ checkedAt: ctx.now(), brokenAtSequence })
    .where(and(eq(auditCheckpoints.tenant, tenant), eq(auditCheckpoints.sequence, sequence)))
  if (brokenAtSequence !== null) reportBreak(ctx, tenant, brokenAtSequence)
}

/** The checkpoint before this one: the first has the start of the chain before it. */
async function linkBefore(ctx: Ctx, { tenant, sequence }: AuditCheckpointRow): Promise<ChainLink> {
  const [before] = await ctx.db
    .select()
    .from(auditCheckpoints)
    .where(and(eq(auditCheckpoints.tenant, tenant), eq(auditCheckpoints.sequence, sequence - segmentSize)))
  return before ?? chainStart
}

function reportBreak(ctx: Ctx, tenant: string, sequence: number): void {
  ctx.log.error({ tenant, sequence }, 'the audit log was tampered with: an entry was altered or is missing')
}
