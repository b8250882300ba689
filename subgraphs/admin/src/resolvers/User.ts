import { listFeaturesOfUser } from '../domain/settings/list-features.ts'
import { getStaffMember } from '../domain/staff/require-staff.ts'
import type { UserResolvers } from '../generated/resolvers.ts'

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  staffMember: (user, _args, ctx) => getStaffMember(ctx, user.id),
  features: (user, _args, ctx) => listFeaturesOfUser(ctx, user.id),
}
