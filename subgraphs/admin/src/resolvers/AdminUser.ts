import { getAdminUser } from '../domain/staff/list-admin-users.ts'
import type { AdminUserResolvers } from '../generated/resolvers.ts'

export const AdminUser: AdminUserResolvers = {
  __resolveReference: ({ id }, ctx) => getAdminUser(ctx, id),
  user: (member) => ({ id: member.userId }),
}
