import { NotFound } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AdminUserRow, adminUsers, knownUsers } from '../../db/tables.ts'
import { CannotChangeOwnRole, LastSuperadmin } from '../../errors.ts'
import { type AdminRole, lockStaff, publishStaffChange, requireStaff } from './require-staff.ts'

export interface ChangeAdminRoleInput {
  id: string
  role: AdminRole
  reason?: string | null
}

/** Gives another member of the staff a role. @throws {Forbidden | NotFound | CannotChangeOwnRole | LastSuperadmin} */
export async function changeAdminRole(ctx: Ctx, input: ChangeAdminRoleInput): Promise<AdminUserRow> {
  return await changeMember(ctx, input.id, {
    action: 'changeAdminRole',
    reason: input.reason ?? null,
    change: { role: input.role },
  })
}

/** Takes another member off the staff. @throws {Forbidden | NotFound | CannotChangeOwnRole | LastSuperadmin} */
export async function removeAdminUser(ctx: Ctx, input: { id: string; reason?: string | null }): Promise<AdminUserRow> {
  return await changeMember(ctx, input.id, {
    action: 'removeAdminUser',
    reason: input.reason ?? null,
    change: { removedAt: ctx.now() },
  })
}

interface MemberChange {
  action: string
  reason: string | null
  change: Partial<Pick<AdminUserRow, 'role' | 'removedAt'>>
}

/** Under the staff's lock, so that two superadmins who demote each other at once do not both succeed. */
async function changeMember(ctx: Ctx, id: string, { action, reason, change }: MemberChange): Promise<AdminUserRow> {
  return await inTransaction(ctx, async (ctx) => {
    await lockStaff(ctx)
    const caller = await requireStaff(ctx, 'SUPERADMIN')
    const member = await requireActive(ctx, id)
    if (member.role === 'SUPERADMIN' && change.role !== 'SUPERADMIN') await requireAnotherSuperadmin(ctx, id)
    if (member.userId === caller.userId) throw new CannotChangeOwnRole()
    const [changed] = await ctx.db
      .update(adminUsers)
      .set({ ...change, version: sql`${adminUsers.version} + 1` })
      .where(eq(adminUsers.id, id))
      .returning()
    await publishStaffChange(ctx, changed as AdminUserRow, { action, reason })
    return changed as AdminUserRow
  })
}

async function requireActive(ctx: Ctx, id: string): Promise<AdminUserRow> {
  const [member] = await ctx.db
    .select()
    .from(adminUsers)
    .where(and(eq(adminUsers.id, id), isNull(adminUsers.removedAt)))
  if (!member) throw new NotFound('staff member', id)
  return member
}

/** A suspended superadmin cannot add staff, so they do not count. */
const isActive = sql`coalesce(${knownUsers.status}, 'ACTIVE') = 'ACTIVE'`

async function requireAnotherSuperadmin(ctx: Ctx, id: string): Promise<void> {
  const [another] = await ctx.db
    .select({ id: adminUsers.id })
    .from(adminUsers)
    .leftJoin(knownUsers, eq(knownUsers.userId, adminUsers.userId))
    .where(and(eq(adminUsers.role, 'SUPERADMIN'), isNull(adminUsers.removedAt), ne(adminUsers.id, id), isActive))
    .limit(1)
  if (!another) throw new LastSuperadmin()
}
