import type { PerformanceResolvers, PriceTierResolvers } from '../generated/resolvers.ts'
import { requireLoaded } from '@tikitu/kit/loader'

export const Performance: PerformanceResolvers = {
  __resolveReference: ({ id }, ctx) => ctx.load.performance.load(id),
}

export const PriceTier: PriceTierResolvers = {
  price: async (tier, _args, ctx) => {
    const { currency } = await requireLoaded(ctx.load.performance, tier.performanceId)
    return { amountMinor: tier.priceMinor, currency }
  },
}
