import { and, asc, eq, gt, lte } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import {
  type AuditCheckpointRow,
  type AuditEntryRow,
  auditCheckpoints,
  auditEntries,
  auditHeads,
} from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { type AuditFact, genesisHash, hashOf } from './record-audit.ts'

export interface AuditLogVerification {
  tenant: string
  entries: number
  recomputedEntries: number
  recomputedSince: Date
  isIntact: boolean
  brokenAtSequence: number | null
}

/** An entry's place in its chain. */
export interface ChainLink {
  sequence: number
  hash: string
}

/** A part of a chain that was recomputed. */
interface RecomputedRange {
  /** The last entry that follows from those before it. */
  end: ChainLink
  brokenAtSequence: number | null
}

/** Before the first entry of every chain. */
export const chainStart: ChainLink = { sequence: 0, hash: genesisHash }

const batchSize = 1_000
/** Segments that one request recomputes: about two seconds. */
const segmentsPerRequest = 20

/**
 * Whether a tenant's chain is whole, as recomputing all of it would say: what came after the last checkpoint is recomputed now,
 * and so are the segments before it whose last check is the oldest. Chains of up to 20,000 entries are recomputed whole.
 */
export async function verifyAuditLog(ctx: Ctx, tenant: string): Promise<AuditLogVerification> {
  await requireStaff(ctx)
  const [head] = await ctx.db.select().from(auditHeads).where(eq(auditHeads.tenant, tenant))
  const checkpoints = await checkpointsOf(ctx, tenant)
  const recomputed = new Set(
    checkpoints.toSorted((a, b) => a.checkedAt.getTime() - b.checkedAt.getTime()).slice(0, segmentsPerRequest),
  )
  const breaks: number[] = []
  for (const [index, checkpoint] of checkpoints.entries()) {
    const isNow = recomputed.has(checkpoint)
    const at = isNow
      ? await checkSegment(ctx, checkpoints[index - 1] ?? chainStart, checkpoint)
      : checkpoint.brokenAtSequence
    if (at !== null) breaks.push(at)
  }
  const last = checkpoints.at(-1) ?? chainStart
  const tail = await recompute(ctx, { tenant, after: last })
  if (tail.brokenAtSequence !== null) breaks.push(tail.brokenAtSequence)
  else if (tail.end.sequence < (head?.sequence ?? 0)) breaks.push(tail.end.sequence + 1)
  const brokenAtSequence = breaks.length > 0 ? Math.min(...breaks) : null
  const kept = checkpoints.filter((checkpoint) => !recomputed.has(checkpoint))
  return {
    tenant,
    entries: brokenAtSequence === null ? tail.end.sequence : brokenAtSequence - 1,
    recomputedEntries: tail.end.sequence - last.sequence + recomputed.size * batchSize,
    recomputedSince: new Date(Math.min(ctx.now().getTime(), ...kept.map(({ checkedAt }) => checkedAt.getTime()))),
    isIntact: brokenAtSequence === null,
    brokenAtSequence,
  }
}

/** A tenant's checkpoints, in the order of the chain. */
export async function checkpointsOf(ctx: Ctx, tenant: string): Promise<AuditCheckpointRow[]> {
  return await ctx.db
    .select()
    .from(auditCheckpoints)
    .where(eq(auditCheckpoints.tenant, tenant))
    .orderBy(asc(auditCheckpoints.sequence))
}

/**
 * Recomputes the entries between two checkpoints. Answers with the first that does not fit; with the last, when all follow from
 * each other and yet end in another hash than the checkpoint kept.
 */
export async function checkSegment(ctx: Ctx, from: ChainLink, to: AuditCheckpointRow): Promise<number | null> {
  const { end, brokenAtSequence } = await recompute(ctx, { tenant: to.tenant, after: from, upTo: to.sequence })
  if (brokenAtSequence !== null) return brokenAtSequence
  if (end.sequence < to.sequence) return end.sequence + 1
  return end.hash === to.hash ? null : to.sequence
}

/** Recomputes a chain after a link that is known to be right. */
export async function recompute(
  ctx: Ctx,
  { tenant, after, upTo }: { tenant: string; after: ChainLink; upTo?: number },
): Promise<RecomputedRange> {
  let link = after
  for await (const entry of chainOf(ctx, tenant, { after: after.sequence, upTo })) {
    if (!follows(entry, link)) return { end: link, brokenAtSequence: link.sequence + 1 }
    link = entry
  }
  return { end: link, brokenAtSequence: null }
}

/** A tenant's entries in the order of the chain, read in batches. */
export async function* chainOf(
  ctx: Ctx,
  tenant: string,
  { after = 0, upTo }: { after?: number; upTo?: number | undefined } = {},
): AsyncGenerator<AuditEntryRow> {
  const isInRange = upTo === undefined ? undefined : lte(auditEntries.sequence, upTo)
  for (let last = after; ; ) {
    const batch = await ctx.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.tenant, tenant), gt(auditEntries.sequence, last), isInRange))
      .orderBy(asc(auditEntries.sequence))
      .limit(batchSize)
    yield* batch
    const end = batch.at(-1)
    if (!end || batch.length < batchSize) return
    last = end.sequence
  }
}

function follows(entry: AuditEntryRow, link: ChainLink): boolean {
  const isNext = entry.sequence === link.sequence + 1 && entry.previousHash === link.hash
  return isNext && entry.hash === hashOf(entry as AuditEntryRow & AuditFact)
}
