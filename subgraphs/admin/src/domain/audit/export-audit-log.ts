import { canonicalJson } from '@tikitu/kit/base/canonical-json'
import type { Ctx } from '../../context.ts'
import type { AuditEntryRow } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'
import { chainOf } from './verify-audit-log.ts'

const maxEntries = 1_000

/** A tenant's entries after a sequence as JSON lines with their hashes, so that a copy elsewhere can be checked too. */
export async function exportAuditLog(
  ctx: Ctx,
  { tenant, afterSequence }: { tenant: string; afterSequence: number },
): Promise<{ jsonLines: string; lastSequence: number | null }> {
  await requireStaff(ctx)
  const entries: AuditEntryRow[] = []
  for await (const entry of chainOf(ctx, tenant, { after: afterSequence })) {
    entries.push(entry)
    if (entries.length === maxEntries) break
  }
  return {
    jsonLines: entries.map((entry) => `${canonicalJson(asJson(entry))}\n`).join(''),
    lastSequence: entries.at(-1)?.sequence ?? null,
  }
}

function asJson(entry: AuditEntryRow): Record<string, unknown> {
  return { ...entry, occurredAt: entry.occurredAt.toISOString(), recordedAt: entry.recordedAt.toISOString() }
}
