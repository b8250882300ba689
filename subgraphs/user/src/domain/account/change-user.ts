import { VersionConflict } from '@tikitu/kit/base/errors'
import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserRow, users } from '../../db/tables.ts'
import { wordsOfUser } from '../directory/search-index.ts'

export interface UserChange {
  set?: Partial<
    Pick<UserRow, 'email' | 'isEmailVerified' | 'name' | 'phone' | 'locale' | 'timeZone' | 'avatarUrl' | 'status'>
  >
  /** The version that the change was made on; any when absent. */
  expectedVersion?: number | null
}

/**
 * Writes a change to a person's row under a new version, and locks the row until the transaction ends. Announce it, once
 * all of the change is written. @throws {VersionConflict}
 */
export async function changeUser(ctx: Ctx, id: string, { set, expectedVersion }: UserChange): Promise<UserRow> {
  const [changed] = await ctx.db
    .update(users)
    .set({
      ...set,
      ...(set?.name === undefined ? {} : wordsOfUser({ name: set.name })),
      version: sql`${users.version} + 1`,
      updatedAt: ctx.now(),
    })
    .where(and(eq(users.id, id), expectedVersion == null ? undefined : eq(users.version, expectedVersion)))
    .returning()
  ctx.load.user.clear(id)
  ctx.load.preferencesOfUser.clear(id)
  if (changed) return changed
  const [current] = await ctx.db.select({ version: users.version }).from(users).where(eq(users.id, id))
  throw new VersionConflict('profile', current?.version ?? 0)
}
