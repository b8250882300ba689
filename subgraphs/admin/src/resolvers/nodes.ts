import type { NodeGetters } from '@tikitu/kit/nodes'
import type { Ctx } from '../context.ts'
import { getAdminUser } from '../domain/list-admin-users.ts'
import { getAuditEntry } from '../domain/list-audit-entries.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  AdminUser: getAdminUser,
  AuditEntry: getAuditEntry,
}
