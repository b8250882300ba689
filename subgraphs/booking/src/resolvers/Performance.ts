import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { priceLine } from '../domain/bookings/price-lines.ts'
import { cancellationProgressOf } from '../domain/cancellations/cancellation-progress.ts'
import { pendingRequestOf } from '../domain/cancellations/pending-request.ts'
import { getPerformance } from '../domain/catalogue/get-event.ts'
import { calendarUrlOf } from '../domain/catalogue/performance-calendar.ts'
import {
  cancellationPolicyOf,
  isOnSale,
  isTierOnSale,
  lowestPriceOf,
  ticketFeesOf,
} from '../domain/catalogue/performance-terms.ts'
import { availabilityOf } from '../domain/inventory/availability.ts'
import { listBlockedSeats } from '../domain/inventory/list-blocked-seats.ts'
import type { PerformanceResolvers, PriceTierResolvers } from '../generated/resolvers.ts'

export const Performance: PerformanceResolvers = {
  __resolveReference: ({ id }, ctx) => getPerformance(ctx, id),
  availability: (performance, { since }, ctx) => availabilityOf(ctx, { performanceId: performance.id, since }),
  blockedSeats: (performance, args, ctx) => listBlockedSeats(ctx, performance, args),
  calendarUrl: (performance, _args, ctx) => calendarUrlOf(ctx, performance),
  cancellation: (performance) => cancellationPolicyOf(performance),
  cancellationProgress: (performance, _args, ctx) => cancellationProgressOf(ctx, performance),
  cancellationRequest: (performance, _args, ctx) => pendingRequestOf(ctx, performance),
  city: async (performance, _args, ctx) => (await ctx.load.venue.load(performance.venueId))?.city ?? null,
  event: (performance, _args, ctx) => requireLoaded(ctx.load.event, performance.eventId),
  fees: (performance) => ticketFeesOf(performance),
  freeSeats: async (performance, _args, ctx) => (await requireLoaded(ctx.load.freeSeats, performance.id)).free,
  isOnSale: (performance, _args, ctx) => isOnSale(ctx, performance),
  priceFrom: (performance, _args, ctx) => lowestPriceOf(ctx, performance),
  seatMap: (performance) => performance,
  tiers: (performance, _args, ctx) => ctx.load.tiersOfPerformance.load(performance.id),
  venue: (performance) => ({ id: performance.venueId }),
  venueName: async (performance, _args, ctx) => (await ctx.load.venue.load(performance.venueId))?.name ?? null,
}

export const PriceTier: PriceTierResolvers = {
  isClosed: (tier) => tier.closedAt !== null,
  isOnSale: (tier, _args, ctx) => isTierOnSale(tier, ctx.now()),
  price: async (tier, _args, ctx) => {
    const { currency } = await requireLoaded(ctx.load.performance, tier.performanceId)
    return { amountMinor: tier.priceMinor, currency }
  },
  taxBasisPoints: async (tier, _args, ctx) =>
    tier.taxBasisPoints ?? (await requireLoaded(ctx.load.performance, tier.performanceId)).taxBasisPoints,
  total: async (tier, _args, ctx) => {
    const performance = await requireLoaded(ctx.load.performance, tier.performanceId)
    const { priceMinor, feeMinor } = priceLine(performance, tier)
    return { amountMinor: priceMinor + feeMinor, currency: performance.currency }
  },
}
