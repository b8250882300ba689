import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/partners.ts'

/** Stores the status and language of a user, unless a newer version is known. */
export async function applyUser(ctx: Ctx, fact: Payload<'user.changed'>): Promise<void> {
  const { userId, version, status, locale } = fact
  const state = { version, status, locale }
  await ctx.db
    .insert(users)
    .values({ id: userId, ...state })
    .onConflictDoUpdate({ target: users.id, set: state, setWhere: sql`${users.version} < ${version}` })
}
