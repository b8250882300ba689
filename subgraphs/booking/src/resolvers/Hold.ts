import { requireLoaded } from '@tikitu/kit/loader'
import { getHold, holdStatusAt } from '../domain/get-hold.ts'
import { totalOfPlaces } from '../domain/hold-total.ts'
import type { HeldPlaceResolvers, HoldResolvers } from '../generated/resolvers.ts'

export const Hold: HoldResolvers = {
  __resolveReference: (reference, ctx) => getHold(ctx, reference.id),
  performance: (hold, _args, ctx) => requireLoaded(ctx.load.performance, hold.performanceId),
  status: (hold, _args, ctx) => holdStatusAt(hold, ctx.now()),
  places: (hold, _args, ctx) => ctx.load.placesOfHold.load(hold.id),
  total: (hold, _args, ctx) => totalOfPlaces(ctx, hold),
}

export const HeldPlace: HeldPlaceResolvers = {
  tier: (place, _args, ctx) => requireLoaded(ctx.load.priceTier, place.tierId ?? ''),
}
