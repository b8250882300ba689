import { isStaff } from '@tikitu/kit/auth/viewer'
import type { Ctx } from '../../context.ts'
import type { UserRow } from '../../db/tables.ts'
import { requireStaff } from './require-me.ts'

/** A user as other signed-in users see them: name and picture. Null for anonymous callers. */
export async function getUser(ctx: Ctx, id: string): Promise<UserRow | null> {
  return ctx.viewer.kind === 'anonymous' ? null : await ctx.load.user.load(id)
}

/** A person, for themselves and for staff; null for others, who may know somebody's name only where the graph leads to them. */
export async function getUserInFull(ctx: Ctx, id: string): Promise<UserRow | null> {
  const user = await getUser(ctx, id)
  return user && (await ifVisible(ctx, user, () => user))
}

/** A person, for staff; null when there is none. @throws {Unauthenticated | Forbidden | UserSuspended} */
export async function getUserAsStaff(ctx: Ctx, id: string): Promise<UserRow | null> {
  await requireStaff(ctx)
  return await ctx.load.user.load(id)
}

/**
 * `value` when the caller is that person, or staff; null for anybody else, and for whoever is suspended. People are
 * reached from all over the graph, so each private field asks.
 */
export async function ifVisible<T>(ctx: Ctx, user: UserRow, value: () => T | Promise<T>): Promise<T | null> {
  if (ctx.viewer.kind !== 'user') return null
  const { userId } = ctx.viewer
  if (userId !== user.id && !isStaff(ctx.viewer)) return null
  const viewer = await ctx.load.user.load(userId)
  return (viewer?.status ?? 'ACTIVE') === 'ACTIVE' ? await value() : null
}
