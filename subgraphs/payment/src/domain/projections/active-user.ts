import { requireUser, type UserViewer } from '@tikitu/kit/auth/viewer'
import { UserSuspended } from '@tikitu/kit/base/errors'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/projections.ts'

/** The signed-in user, unless suspended. @throws {Unauthenticated | UserSuspended} */
export async function requireActiveUser(ctx: Ctx): Promise<UserViewer> {
  const viewer = requireUser(ctx.viewer)
  const [user] = await ctx.db.select().from(users).where(eq(users.id, viewer.userId))
  if (user?.status === 'SUSPENDED') throw new UserSuspended()
  return viewer
}
