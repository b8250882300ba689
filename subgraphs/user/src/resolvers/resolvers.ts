import type { Resolvers } from '../generated/resolvers.ts'
import { Mutation } from './Mutation.ts'
import { Query } from './Query.ts'
import { User, UserPreferences } from './User.ts'

/** Every resolver of the user subgraph, by type. */
export const resolvers: Resolvers = { Mutation, Query, User, UserPreferences }
