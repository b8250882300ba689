import { changePassword, resetPassword } from '../domain/account/change-password.ts'
import { confirmRegistration } from '../domain/account/confirm-registration.ts'
import { register } from '../domain/account/register.ts'
import { forgotPassword, resendConfirmationCode } from '../domain/account/send-code.ts'
import { refreshSession, signIn, signOut, signOutEverywhere } from '../domain/account/sign-in.ts'
import { reactivateUser, suspendUser } from '../domain/account/suspend-user.ts'
import { addAddress } from '../domain/profile/add-address.ts'
import { removeAddress } from '../domain/profile/remove-address.ts'
import { setDefaultAddress } from '../domain/profile/set-default-address.ts'
import { updateAddress } from '../domain/profile/update-address.ts'
import { updatePreferences } from '../domain/profile/update-preferences.ts'
import { updateProfile } from '../domain/profile/update-profile.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

export const Mutation: MutationResolvers = {
  register: (_parent, { input }, ctx) => register(ctx, input),
  confirmRegistration: (_parent, { input }, ctx) => confirmRegistration(ctx, input),
  resendConfirmationCode: (_parent, { input }, ctx) => resendConfirmationCode(ctx, input),
  signIn: (_parent, { input }, ctx) => signIn(ctx, input),
  refreshSession: (_parent, { input }, ctx) => refreshSession(ctx, input),
  signOut: (_parent, { input }, ctx) => signOut(ctx, input),
  signOutEverywhere: (_parent, _args, ctx) => signOutEverywhere(ctx),
  forgotPassword: (_parent, { input }, ctx) => forgotPassword(ctx, input),
  resetPassword: (_parent, { input }, ctx) => resetPassword(ctx, input),
  changePassword: (_parent, { input }, ctx) => changePassword(ctx, input),

  updateProfile: (_parent, { input }, ctx) => updateProfile(ctx, input),
  updatePreferences: (_parent, { input }, ctx) => updatePreferences(ctx, input),
  addAddress: (_parent, { input }, ctx) => addAddress(ctx, input),
  updateAddress: (_parent, { input }, ctx) => updateAddress(ctx, input),
  removeAddress: (_parent, { input }, ctx) => removeAddress(ctx, input),
  setDefaultAddress: (_parent, { input }, ctx) => setDefaultAddress(ctx, input),

  suspendUser: (_parent, { input }, ctx) => suspendUser(ctx, input),
  reactivateUser: (_parent, { input }, ctx) => reactivateUser(ctx, input),
}
