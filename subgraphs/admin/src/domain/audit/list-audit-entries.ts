import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, gte, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AuditEntryRow, auditEntries } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'

export interface AuditLogFilter {
  tenant?: string | null
  service?: string | null
  action?: string | null
  actorId?: string | null
  subjectId?: string | null
  occurredAt?: { from?: Date | null; before?: Date | null } | null
}

/** What happened, the newest first. */
export async function listAuditEntries(
  ctx: Ctx,
  filter: AuditLogFilter,
  args: PageArgs,
): Promise<Connection<AuditEntryRow>> {
  await requireStaff(ctx)
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [auditEntries.occurredAt, auditEntries.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(auditEntries)
    .where(and(...conditions(filter), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.occurredAt.toISOString(), row.id])
}

function conditions(filter: AuditLogFilter): (SQL | undefined)[] {
  const { from, before } = filter.occurredAt ?? {}
  return [
    filter.tenant ? eq(auditEntries.tenant, filter.tenant) : undefined,
    filter.service ? eq(auditEntries.service, filter.service) : undefined,
    filter.action ? eq(auditEntries.action, filter.action) : undefined,
    filter.actorId ? eq(auditEntries.actor, filter.actorId) : undefined,
    filter.subjectId ? eq(auditEntries.subjectId, filter.subjectId) : undefined,
    from ? gte(auditEntries.occurredAt, from) : undefined,
    before ? lt(auditEntries.occurredAt, before) : undefined,
  ]
}

/** An entry by its id, for the staff; null otherwise. */
export async function getAuditEntry(ctx: Ctx, id: string): Promise<AuditEntryRow | null> {
  await requireStaff(ctx)
  return await ctx.load.auditEntry.load(id)
}
