import { afterCursor, type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, desc, eq, gte, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AuditEntryRow, auditEntries } from '../../db/tables.ts'
import { requireStaff } from '../staff/require-staff.ts'

export interface AuditLogFilter {
  tenant?: string | null
  service?: string | null
  action?: string | null
  actor?: string | null
  subjectId?: string | null
  from?: Date | null
  to?: Date | null
}

/** What happened, the newest first. */
export async function listAuditEntries(
  ctx: Ctx,
  filter: AuditLogFilter,
  args: PageArgs,
): Promise<Connection<AuditEntryRow>> {
  await requireStaff(ctx)
  const page = readPage(args)
  const rows = await ctx.db
    .select()
    .from(auditEntries)
    .where(and(...conditions(filter), afterCursor(page, [auditEntries.occurredAt, auditEntries.id], 'desc')))
    .orderBy(desc(auditEntries.occurredAt), desc(auditEntries.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.occurredAt.toISOString(), row.id])
}

function conditions(filter: AuditLogFilter): (SQL | undefined)[] {
  return [
    filter.tenant ? eq(auditEntries.tenant, filter.tenant) : undefined,
    filter.service ? eq(auditEntries.service, filter.service) : undefined,
    filter.action ? eq(auditEntries.action, filter.action) : undefined,
    filter.actor ? eq(auditEntries.actor, filter.actor) : undefined,
    filter.subjectId ? eq(auditEntries.subjectId, filter.subjectId) : undefined,
    filter.from ? gte(auditEntries.occurredAt, filter.from) : undefined,
    filter.to ? lt(auditEntries.occurredAt, filter.to) : undefined,
  ]
}

/** An entry by its id, for the staff; null otherwise. */
export async function getAuditEntry(ctx: Ctx, id: string): Promise<AuditEntryRow | null> {
  await requireStaff(ctx)
  return await ctx.load.auditEntry.load(id)
}
