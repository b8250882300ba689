import { listOccupancy } from '../domain/dashboard/get-dashboard.ts'
import { countPaymentIssues } from '../domain/dashboard/payment-issue-figures.ts'
import type { DashboardResolvers, PerformanceOccupancyResolvers } from '../generated/resolvers.ts'

export const Dashboard: DashboardResolvers = {
  paymentIssues: ({ filter }, _args, ctx) => countPaymentIssues(ctx, filter.partnerId),
  occupancy: (dashboard, args, ctx) => listOccupancy(ctx, dashboard.filter.partnerId, args),
}

export const PerformanceOccupancy: PerformanceOccupancyResolvers = {
  performance: (figures) => ({ id: figures.performanceId }),
}
