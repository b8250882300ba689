import { orRefusal } from '@tikitu/kit/errors'
import { addAddress } from '../domain/add-address.ts'
import { changePassword, resetPassword } from '../domain/change-password.ts'
import { confirmRegistration } from '../domain/confirm-registration.ts'
import { register } from '../domain/register.ts'
import { removeAddress } from '../domain/remove-address.ts'
import { forgotPassword, resendConfirmationCode } from '../domain/send-code.ts'
import { setDefaultAddress } from '../domain/set-default-address.ts'
import { refreshSession, signIn, signOut, signOutEverywhere } from '../domain/sign-in.ts'
import { reactivateUser, suspendUser } from '../domain/suspend-user.ts'
import { updateAddress } from '../domain/update-address.ts'
import { updatePreferences } from '../domain/update-preferences.ts'
import { updateProfile } from '../domain/update-profile.ts'
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
