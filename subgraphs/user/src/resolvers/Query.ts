import { getUserAsStaff } from '../domain/account/get-user.ts'
import { requireMe } from '../domain/account/require-me.ts'
import { listUsers } from '../domain/directory/list-users.ts'
import type { QueryResolvers } from '../generated/resolvers.ts'

export const Query: QueryResolvers = {
  me: (_parent, _args, ctx) => requireMe(ctx),
  user: (_parent, { id }, ctx) => getUserAsStaff(ctx, id),
  users: (_parent, args, ctx) => listUsers(ctx, args),
}
