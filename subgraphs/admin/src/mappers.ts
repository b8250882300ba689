/** Which row stands behind which GraphQL type: read by the code generator. */
export const mappers = {
  AdminUser: '../db/tables.ts#AdminUserRow',
  AuditEntry: '../db/tables.ts#AuditEntryRow',
  ConfigChange: '../db/tables.ts#ConfigHistoryRow',
  ConfigEntry: '../domain/settings/list-config.ts#ConfigView',
  FeatureFlag: '../db/tables.ts#FeatureFlagRow',
  Dashboard: '../domain/dashboard/get-dashboard.ts#DashboardView',
  PerformanceOccupancy: '../db/tables.ts#PerformanceFiguresRow',
}
