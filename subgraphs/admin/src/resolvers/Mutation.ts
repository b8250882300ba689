import { setConfig } from '../domain/settings/set-config.ts'
import { setFeatureFlag } from '../domain/settings/set-feature-flag.ts'
import { addAdminUser } from '../domain/staff/add-admin-user.ts'
import { changeAdminRole, removeAdminUser } from '../domain/staff/change-admin-role.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  addAdminUser: (_parent, { input }, ctx) => addAdminUser(ctx, input),
  changeAdminRole: (_parent, { input }, ctx) => changeAdminRole(ctx, input),
  removeAdminUser: (_parent, { input }, ctx) => removeAdminUser(ctx, input),
  setConfig: (_parent, { input }, ctx) => setConfig(ctx, input),
  setFeatureFlag: (_parent, { input }, ctx) => setFeatureFlag(ctx, input),
}
