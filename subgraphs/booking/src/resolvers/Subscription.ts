import type { Signals } from '@tikitu/kit/live-signals'
import type { Ctx } from '../context.ts'
import { requireBooking } from '../domain/get-booking.ts'
import { type BookingChange, watchBooking } from '../domain/watch-booking.ts'
import type { SubscriptionBookingChangedArgs, SubscriptionResolvers } from '../generated/resolvers.ts'

/** What live data is read from, for as long as the process lives. */
export interface LiveSources {
  signals: Signals
}

/** The subscriptions, on what this process learns from the others. */
export function subscriptionsOn({ signals }: LiveSources): SubscriptionResolvers {
  return {
    bookingChanged: {
      subscribe: (_parent, { id }, ctx) => watchBooking(ctx, signals, id),
      resolve: (_change: BookingChange, { id }: SubscriptionBookingChangedArgs, ctx: Ctx) => requireBooking(ctx, id),
    },
  }
}
