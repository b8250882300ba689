import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/users.ts'

/** Applies a user's state, unless a newer version is known. Older events do not say whether the address is verified. */
export async function applyUser(ctx: Ctx, fact: Payload<'user.changed'>): Promise<void> {
  const { userId, version, status, email, isEmailVerified = false } = fact
  const known = { version, status, email, isEmailVerified }
  await ctx.db
    .insert(users)
    .values({ id: userId, ...known })
    .onConflictDoUpdate({ target: users.id, set: known, setWhere: sql`${users.version} < ${version}` })
}
