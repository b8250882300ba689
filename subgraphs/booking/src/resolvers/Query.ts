import { getHold } from '../domain/get-hold.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  hold: (_parent, { id }, ctx) => getHold(ctx, id),
}
