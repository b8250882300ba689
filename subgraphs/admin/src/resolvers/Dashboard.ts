import { listOccupancy } from '../domain/get-dashboard.ts'
import type { DashboardResolvers, PerformanceOccupancyResolvers } from '../generated/resolvers.ts'

export const Dashboard: DashboardResolvers = {
  occupancy: (dashboard, args, ctx) => listOccupancy(ctx, dashboard.filter, args),
}

export const PerformanceOccupancy: PerformanceOccupancyResolvers = {
  performance: (figures) => ({ id: figures.performanceId }),
}
