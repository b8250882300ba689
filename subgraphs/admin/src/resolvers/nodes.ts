import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { getAuditEntry } from '../domain/audit/list-audit-entries.ts'
import { getAdminUser } from '../domain/staff/list-admin-users.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  AdminUser: getAdminUser,
  AuditEntry: getAuditEntry,
}
