import { isId } from '@tikitu/kit/base/ids'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { Payload } from '@tikitu/schema/events/registry'
import { lt } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { staffMembers } from '../../db/tables.ts'
import { requestGroupSync } from '../account/sync-group.ts'

/** Keeps who is staff, unless something newer is known, and has the group `admin` given to or taken from them. */
export async function applyStaffMember(ctx: Ctx, fact: Payload<'admin.staffChanged'>): Promise<void> {
  const { userId, version } = fact
  if (!isId('usr', userId)) return
  const isStaff = fact.role !== null
  await inTransaction(ctx, async (ctx) => {
    const taken = await ctx.db
      .insert(staffMembers)
      .values({ userId, version, isStaff })
      .onConflictDoUpdate({
        target: staffMembers.userId,
        set: { version, isStaff },
        setWhere: lt(staffMembers.version, version),
      })
      .returning()
    if (taken.length > 0) await requestGroupSync(ctx, { userId, group: 'admin' })
  })
}
