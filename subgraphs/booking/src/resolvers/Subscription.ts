import { requireLoaded } from '@tikitu/kit/postgres/loader'
import type { Signals } from '@tikitu/kit/subscriptions/notify'
import type { Ctx } from '../context.ts'
import { requireBooking } from '../domain/bookings/get-booking.ts'
import { type BookingChange, watchBooking } from '../domain/bookings/watch-booking.ts'
import type { AvailabilityChange, AvailabilityFeed } from '../domain/inventory/availability-feed.ts'
import { showChange, watchAvailability } from '../domain/inventory/watch-availability.ts'
import type { PerformanceAvailabilityResolvers, SubscriptionResolvers } from '../generated/resolvers.ts'

/** Sources of the subscriptions, for the lifetime of the process. */
export interface LiveSources {
  signals: Signals
  availability: AvailabilityFeed
}

/** Resolvers of the subscriptions on these sources. */
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
