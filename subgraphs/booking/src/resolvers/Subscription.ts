import type { Signals } from '@tikitu/kit/live-signals'
import { requireLoaded } from '@tikitu/kit/loader'
import type { Ctx } from '../context.ts'
import type { AvailabilityChange, AvailabilityFeed } from '../domain/availability-feed.ts'
import { requireBooking } from '../domain/get-booking.ts'
import { showChange, watchAvailability } from '../domain/watch-availability.ts'
import { type BookingChange, watchBooking } from '../domain/watch-booking.ts'
import type { PerformanceAvailabilityResolvers, SubscriptionResolvers } from '../generated/resolvers.ts'

/** What live data is read from, for as long as the process lives. */
export interface LiveSources {
  signals: Signals
  availability: AvailabilityFeed
}

/** The subscriptions, on what this process learns from the others. */
export function subscriptionsOn({ signals, availability }: LiveSources): SubscriptionResolvers {
  return {
    availabilityChanged: {
      subscribe: (_parent, args, ctx) => watchAvailability(ctx, availability, args),
      resolve: (change: AvailabilityChange, _args: unknown, ctx: Ctx) => showChange(ctx, change),
    },
    bookingChanged: {
      subscribe: (_parent, { id }, ctx) => watchBooking(ctx, signals, id),
      resolve: ({ bookingId }: BookingChange, _args: unknown, ctx: Ctx) => requireBooking(ctx, bookingId),
    },
  }
}

export const PerformanceAvailability: PerformanceAvailabilityResolvers = {
  performance: ({ performanceId }, _args, ctx) => requireLoaded(ctx.load.performance, performanceId),
}
