import { exportAuditLog } from '../domain/export-audit-log.ts'
import { getDashboard } from '../domain/get-dashboard.ts'
import { listAdminUsers } from '../domain/list-admin-users.ts'
import { listAuditEntries } from '../domain/list-audit-entries.ts'
import { listConfig } from '../domain/list-config.ts'
import { listMyFeatures } from '../domain/list-my-features.ts'
import { getStaffMember } from '../domain/require-staff.ts'
import { listFeatureFlags } from '../domain/set-feature-flag.ts'
import { verifyAuditLog } from '../domain/verify-audit-log.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  adminMe: (_parent, _args, ctx) => getStaffMember(ctx),
  adminUsers: (_parent, args, ctx) => listAdminUsers(ctx, args),
  auditLog: (_parent, { filter, ...page }, ctx) => listAuditEntries(ctx, filter ?? {}, page),
  auditLogExport: (_parent, { tenant, afterSequence }, ctx) =>
    exportAuditLog(ctx, { tenant: tenant ?? 'platform', afterSequence: afterSequence ?? 0 }),
  auditLogVerification: (_parent, { tenant }, ctx) => verifyAuditLog(ctx, tenant ?? 'platform'),
  config: (_parent, { scope }, ctx) => listConfig(ctx, scope ?? 'platform'),
  featureFlags: (_parent, _args, ctx) => listFeatureFlags(ctx),
  myFeatures: (_parent, _args, ctx) => listMyFeatures(ctx),
  dashboard: (_parent, { filter }, ctx) => getDashboard(ctx, filter),
}
