import { getAuditEntry } from '../domain/audit/list-audit-entries.ts'
import type { AuditEntryResolvers } from '../generated/resolvers.ts'

export const AuditEntry: AuditEntryResolvers = {
  __resolveReference: ({ id }, ctx) => getAuditEntry(ctx, id),
}
