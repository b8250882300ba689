import { applyStaffRole } from '@tikitu/kit/access/access-subjects'
import type { AccessSubject } from '@tikitu/kit/auth/admission'
import { requireUser, type StaffRole, staffGroup, type UserViewer } from '@tikitu/kit/auth/viewer'
import { Forbidden } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AdminUserRow, adminUsers, knownUsers } from '../../db/tables.ts'
import { emit } from '../../emit.ts'
import { recordAdminAction } from '../audit/record-audit.ts'

export type AdminRole = StaffRole

/**
 * The caller as a member of the staff, with one of those roles when any are named. Cognito's group `admin` alone is not
 * enough, with one exception: while nobody is on the staff, the first who comes with it joins as superadmin.
 * @throws {Unauthenticated | Forbidden}
 */
export async function requireStaff(ctx: Ctx, ...roles: AdminRole[]): Promise<AdminUserRow> {
  const { userId } = requireMember(ctx)
  const member = (await findMember(ctx, userId)) ?? (await joinAsFirst(ctx, userId))
  if (!member) throw new Forbidden('This is for staff only.')
  if (roles.length > 0 && !roles.includes(member.role))
    throw new Forbidden(`This needs the role ${roles.join(' or ')}.`)
  return member
}

/** The caller as a member of the staff; null when the caller is not on it, and for any other user than the caller. */
export async function getStaffMember(ctx: Ctx, userId: string): Promise<AdminUserRow | null> {
  const { viewer } = ctx
  if (viewer.kind !== 'user' || viewer.userId !== userId || !viewer.groups.includes(staffGroup)) return null
  return (await findMember(ctx, userId)) ?? (await joinAsFirst(ctx, userId))
}

/**
 * The caller's place on the staff, for the gateway and so for all services. While nobody is on the staff, the first who comes
 * with the group joins as superadmin.
 */
export async function describeStaff(
  ctx: Ctx,
  { userId, groups }: UserViewer,
): Promise<Partial<Pick<AccessSubject, 'staffRole' | 'staffVersion'>>> {
  if (!groups.includes(staffGroup)) return {}
  await joinAsFirst(ctx, userId)
  const rows = await ctx.db.select().from(adminUsers).where(eq(adminUsers.userId, userId))
  const staffRole = rows.find((row) => row.removedAt === null)?.role ?? null
  return { staffRole, staffVersion: rows.reduce((sum, { version }) => sum + version, 0) }
}

/** Locks the list of superadmins: concurrent counts and changes wait for each other. */
export async function lockStaff(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`/* admin.lockStaff */ select pg_advisory_xact_lock(hashtext('admin.staff'))`)
}

/** @throws {Forbidden} when the account is suspended: a token outlives its owner's good standing */
async function findMember(ctx: Ctx, userId: string): Promise<AdminUserRow | null> {
  const [found] = await ctx.db
    .select({ member: adminUsers, status: knownUsers.status })
    .from(adminUsers)
    .leftJoin(knownUsers, eq(knownUsers.userId, adminUsers.userId))
    .where(and(eq(adminUsers.userId, userId), isNull(adminUsers.removedAt)))
  if (found?.status === 'SUSPENDED') throw new Forbidden('This account is suspended. Ask another administrator.')
  return found?.member ?? null
}

function requireMember({ viewer }: Ctx): UserViewer {
  const user = requireUser(viewer)
  if (!user.groups.includes(staffGroup)) throw new Forbidden('This is for staff only.')
  return user
}

/** The lock is taken only while nobody is there: this is asked for every caller of the group. */
async function joinAsFirst(ctx: Ctx, userId: string): Promise<AdminUserRow | null> {
  const [somebody] = await ctx.db.select({ id: adminUsers.id }).from(adminUsers).limit(1)
  if (somebody) return null
  return await inTransaction(ctx, async (ctx) => {
    await lockStaff(ctx)
    const [anybody] = await ctx.db.select({ id: adminUsers.id }).from(adminUsers).limit(1)
    if (anybody) return await findMember(ctx, userId)
    return await join(ctx, { userId, role: 'SUPERADMIN', reason: 'the first admin of the platform' })
  })
}

/** Puts a person on the staff, tells it, and records it. To be called in a transaction that holds the staff's lock. */
export async function join(
  ctx: Ctx,
  { userId, role, reason }: { userId: string; role: AdminRole; reason: string | null },
): Promise<AdminUserRow> {
  const [member] = await ctx.db
    .insert(adminUsers)
    .values({ id: ctx.newId('adm'), userId, role, createdAt: ctx.now() })
    .returning()
  await publishStaffChange(ctx, member as AdminUserRow, { action: 'addAdminUser', reason })
  return member as AdminUserRow
}

/** Brings a change of the staff to the other services and into the audit log. */
export async function publishStaffChange(
  ctx: Ctx,
  member: AdminUserRow,
  { action, reason }: { action: string; reason: string | null },
): Promise<void> {
  const role = member.removedAt ? null : member.role
  const version = await nextStaffVersion(ctx, member.userId)
  await applyStaffRole(ctx, { userId: member.userId, version, role })
  await emit(ctx, 'admin.staffChanged', { subject: member.userId, data: { userId: member.userId, version, role } })
  await recordAdminAction(ctx, {
    action,
    subjectType: 'AdminUser',
    subjectId: member.id,
    reason,
    changes: { userId: member.userId, role },
  })
}

/** Counts all changes of a person's place on the staff, over leaving and coming back. */
async function nextStaffVersion(ctx: Ctx, userId: string): Promise<number> {
  const { rows } = await ctx.db.execute<{ version: number }>(sql`
    /* admin.nextStaffVersion */
    select sum(version)::integer as version from admin_users where user_id = ${userId}`)
  return rows[0]?.version ?? 1
}
