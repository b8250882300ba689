import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables/projections.ts'

/** Applies a user's status, unless a newer version is known. */
export async function applyUser(ctx: Ctx, { userId, status, version }: Payload<'user.changed'>): Promise<void> {
  await ctx.db
    .insert(users)
    .values({ id: userId, status, version })
    .onConflictDoUpdate({
      target: users.id,
      set: { status, version },
      setWhere: sql`${users.version} < ${version}`,
    })
}
