import { orRefusal } from '@tikitu/kit/base/errors'
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
import {
  AddressLimitReached,
  ConfirmationCodeRefused,
  EmailNotConfirmed,
  EmailTaken,
  NewPasswordRequired,
  PasswordResetRequired,
  PasswordTooWeak,
  SessionEnded,
  SignInRefused,
  TooManyAttempts,
  UserSuspended,
} from '../errors.ts'
import type { MutationResolvers } from '../generated/resolvers.ts'

const whyNotSignedIn = [
  SignInRefused,
  EmailNotConfirmed,
  NewPasswordRequired,
  PasswordTooWeak,
  PasswordResetRequired,
  UserSuspended,
  TooManyAttempts,
]

export const Mutation: MutationResolvers = {
  register: (_parent, { input }, ctx) => orRefusal(register(ctx, input), EmailTaken, PasswordTooWeak, TooManyAttempts),
  confirmRegistration: (_parent, { input }, ctx) =>
    orRefusal(confirmRegistration(ctx, input), ConfirmationCodeRefused, SignInRefused, TooManyAttempts),
  resendConfirmationCode: (_parent, { input }, ctx) => orRefusal(resendConfirmationCode(ctx, input), TooManyAttempts),
  signIn: (_parent, { input }, ctx) => orRefusal(signIn(ctx, input), ...whyNotSignedIn),
  refreshSession: (_parent, { input }, ctx) =>
    orRefusal(refreshSession(ctx, input), SessionEnded, UserSuspended, TooManyAttempts),
  signOut: (_parent, { input }, ctx) => signOut(ctx, input),
  signOutEverywhere: (_parent, _args, ctx) => signOutEverywhere(ctx),
  forgotPassword: (_parent, { input }, ctx) => orRefusal(forgotPassword(ctx, input), TooManyAttempts),
  resetPassword: (_parent, { input }, ctx) =>
    orRefusal(resetPassword(ctx, input), ConfirmationCodeRefused, PasswordTooWeak, TooManyAttempts),
  changePassword: (_parent, { input }, ctx) =>
    orRefusal(changePassword(ctx, input), SignInRefused, PasswordTooWeak, TooManyAttempts),

  updateProfile: (_parent, { input }, ctx) => updateProfile(ctx, input),
  updatePreferences: (_parent, { input }, ctx) => updatePreferences(ctx, input),
  addAddress: (_parent, { input }, ctx) => orRefusal(addAddress(ctx, input), AddressLimitReached),
  updateAddress: (_parent, { input }, ctx) => updateAddress(ctx, input),
  removeAddress: (_parent, { input }, ctx) => removeAddress(ctx, input),
  setDefaultAddress: (_parent, { input }, ctx) => setDefaultAddress(ctx, input),

  suspendUser: (_parent, { input }, ctx) => suspendUser(ctx, input),
  reactivateUser: (_parent, { input }, ctx) => reactivateUser(ctx, input),
}
