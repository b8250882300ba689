import { orRefusal } from '@tikitu/kit/errors'
import { holdSeats } from '../domain/hold-seats.ts'
import { NotOnSale, PlaceLimitReached, SeatsTaken } from '../errors.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  holdSeats: (_parent, { input }, ctx) => orRefusal(holdSeats(ctx, input), SeatsTaken, PlaceLimitReached, NotOnSale),
}
