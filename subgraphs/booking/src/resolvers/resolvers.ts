import type { Resolvers } from '../generated/resolvers.ts'
import { HeldPlace, Hold } from './Hold.ts'
import { Mutation } from './Mutation.ts'
import { Performance, PriceTier } from './Performance.ts'
import { Query } from './Query.ts'

/** Every resolver of the booking subgraph, by type. */
export const resolvers: Resolvers = { HeldPlace, Hold, Mutation, Performance, PriceTier, Query }
