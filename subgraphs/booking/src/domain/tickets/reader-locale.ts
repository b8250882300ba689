import { requireUser } from '@tikitu/kit/auth/viewer'
import { preferredLocale } from '@tikitu/kit/base/preferred-locale'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/partners.ts'

/** The caller's chosen locale; if unknown, that of the request. */
export async function localeOfReader(ctx: Ctx): Promise<string> {
  const { userId } = requireUser(ctx.viewer)
  const [user] = await ctx.db.select({ locale: users.locale }).from(users).where(eq(users.id, userId))
  return user?.locale ?? preferredLocale(ctx.acceptLanguage)
}
