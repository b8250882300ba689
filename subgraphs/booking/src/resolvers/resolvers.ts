import type { Resolvers } from '../generated/resolvers.ts'
import { Event } from './Event.ts'
import { HeldPlace, Hold } from './Hold.ts'
import { Mutation } from './Mutation.ts'
import { Partner } from './Partner.ts'
import { Performance, PriceTier } from './Performance.ts'
import { Query } from './Query.ts'
import { SeatMap } from './SeatMap.ts'

/** Every resolver of the booking subgraph, by type. */
export const resolvers: Resolvers = {
  Event,
  HeldPlace,
  Hold,
  Mutation,
  Partner,
  Performance,
  PriceTier,
  Query,
  SeatMap,
}
