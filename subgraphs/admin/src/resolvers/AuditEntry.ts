import { auditChanges } from '../domain/audit/audit-changes.ts'
import { getAuditEntry } from '../domain/audit/list-audit-entries.ts'
import { partnerOf, userOf } from '../domain/references.ts'
import type { AuditEntryResolvers } from '../generated/resolvers.ts'

export const AuditEntry: AuditEntryResolvers = {
  __resolveReference: ({ id }, ctx) => getAuditEntry(ctx, id),
  partner: (entry) => partnerOf(entry.tenant),
  actorId: (entry) => entry.actor,
  actor: (entry) => userOf(entry.actor),
  changes: (entry) => auditChanges(entry.changes),
}
