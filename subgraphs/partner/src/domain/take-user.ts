import type { Payload } from '@tikitu/schema/events/registry'
import { sql } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { users } from '../db/tables/users.ts'

/** Keeps what is said of a person, unless something newer is known. */
export async function takeUser(ctx: Ctx, { userId, version, status, email }: Payload<'user.changed'>): Promise<void> {
  await ctx.db
    .insert(users)
    .values({ id: userId, version, status, email })
    .onConflictDoUpdate({
      target: users.id,
      set: { version, status, email },
      setWhere: sql`${users.version} < ${version}`,
    })
}
