import { getUserAsStaff } from '../domain/get-user.ts'
import { listUsers } from '../domain/list-users.ts'
import { requireMe } from '../domain/require-me.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => requireMe(ctx),
  user: (_parent, { id }, ctx) => getUserAsStaff(ctx, id),
  users: (_parent, args, ctx) => listUsers(ctx, args),
}
