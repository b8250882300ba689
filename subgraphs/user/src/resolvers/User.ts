import { requireLoaded } from '@tikitu/kit/postgres/loader'
import { getUser, ifVisible } from '../domain/account/get-user.ts'
import { favouriteCategories } from '../domain/profile/favourite-categories.ts'
import type { UserPreferencesResolvers, UserResolvers } from '../generated/resolvers.ts'

export const User: UserResolvers = {
  __resolveReference: ({ id }, ctx) => getUser(ctx, id),
  email: (user, _args, ctx) => ifVisible(ctx, user, () => user.email),
  isEmailVerified: (user, _args, ctx) => ifVisible(ctx, user, () => user.isEmailVerified),
  phone: (user, _args, ctx) => ifVisible(ctx, user, () => user.phone),
  locale: (user, _args, ctx) => ifVisible(ctx, user, () => user.locale),
  timeZone: (user, _args, ctx) => ifVisible(ctx, user, () => user.timeZone),
  status: (user, _args, ctx) => ifVisible(ctx, user, () => user.status),
  createdAt: (user, _args, ctx) => ifVisible(ctx, user, () => user.createdAt),
  version: (user, _args, ctx) => ifVisible(ctx, user, () => user.version),
  preferences: (user, _args, ctx) => ifVisible(ctx, user, () => requireLoaded(ctx.load.preferencesOfUser, user.id)),
  addresses: (user, _args, ctx) => ifVisible(ctx, user, () => ctx.load.addressesOfUser.load(user.id)),
  defaultAddress: (user, _args, ctx) =>
    ifVisible(ctx, user, async () => {
      const addresses = await ctx.load.addressesOfUser.load(user.id)
      return addresses.find((address) => address.isDefault) ?? null
    }),
}

export const UserPreferences: UserPreferencesResolvers = {
  favouriteCategories: (preferences) => favouriteCategories(preferences.favouriteCategories),
  marketingConsent: (preferences) => ({
    isGiven: preferences.marketingConsent,
    textVersion: preferences.marketingConsentVersion,
    givenAt: preferences.marketingConsentAt,
  }),
}
