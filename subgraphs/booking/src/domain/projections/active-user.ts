import { requireUser, type UserViewer } from '@tikitu/kit/auth/viewer'
import { UserSuspended } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/partners.ts'

/** The signed-in caller. A token stays valid after a suspension, so this checks the account. @throws {UserSuspended} */
export async function requireActiveUser(ctx: Ctx): Promise<UserViewer> {
  const viewer = requireUser(ctx.viewer)
  const [user] = await ctx.db.select({ status: users.status }).from(users).where(eq(users.id, viewer.userId))
  if (user?.status === 'SUSPENDED') throw new UserSuspended()
  return viewer
}
