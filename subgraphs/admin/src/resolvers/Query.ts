import { requireUser } from '@tikitu/kit/auth/viewer'
import { exportAuditLog } from '../domain/audit/export-audit-log.ts'
import { listAuditEntries } from '../domain/audit/list-audit-entries.ts'
import { verifyAuditLog } from '../domain/audit/verify-audit-log.ts'
import { getDashboard } from '../domain/dashboard/get-dashboard.ts'
import { listConfig } from '../domain/settings/list-config.ts'
import { listFeatures } from '../domain/settings/list-features.ts'
import { listFeatureFlags } from '../domain/settings/set-feature-flag.ts'
import { listAdminUsers } from '../domain/staff/list-admin-users.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => ({ id: requireUser(ctx.viewer).userId }),
  adminUsers: (_parent, args, ctx) => listAdminUsers(ctx, args),
  auditLog: (_parent, { filter, ...page }, ctx) => listAuditEntries(ctx, filter ?? {}, page),
  auditLogExport: (_parent, { tenant, afterSequence }, ctx) =>
    exportAuditLog(ctx, { tenant: tenant ?? 'platform', afterSequence: afterSequence ?? 0 }),
  auditLogVerification: (_parent, { tenant }, ctx) => verifyAuditLog(ctx, tenant ?? 'platform'),
  config: (_parent, { scope }, ctx) => listConfig(ctx, scope ?? 'platform'),
  featureFlags: (_parent, _args, ctx) => listFeatureFlags(ctx),
  features: (_parent, _args, ctx) => listFeatures(ctx),
  dashboard: (_parent, { filter }, ctx) => getDashboard(ctx, filter),
}
