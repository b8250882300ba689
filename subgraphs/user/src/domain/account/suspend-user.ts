import { isStaff } from '@tikitu/kit/auth/viewer'
import { Forbidden, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { reason, validateInput } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { accessSubjects } from '@tikitu/kit/postgres/shared-tables'
import { and, eq, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { type UserRow, users } from '../../db/tables.ts'
import { audit } from '../../emit.ts'
import { LastSuperadmin } from '../../errors.ts'
import { announceUser } from './announce-user.ts'
import { changeUser } from './change-user.ts'
import { requireStaff } from './require-me.ts'
import { requestAccountSync } from './sync-account.ts'

const decision = z.object({ userId: z.string(), reason: reason(500) })

export interface StaffDecision {
  userId: string
  reason: string
}

/**
 * Shuts somebody out, in all services at once and in Cognito soon after, and tells the audit log why. Members of the staff are
 * shut out by superadmins only, the last superadmin by nobody.
 * @throws {NotFound | InvalidState | Forbidden | LastSuperadmin | InvalidInput}
 */
export async function suspendUser(ctx: Ctx, input: StaffDecision): Promise<UserRow> {
  const staff = await requireStaff(ctx, 'SUPPORT', 'COMPLIANCE')
  if (staff.id === input.userId) throw new InvalidState('You cannot suspend yourself. Ask another administrator.')
  return await decide(ctx, input, { action: 'suspendUser', from: 'ACTIVE', to: 'SUSPENDED' })
}

/** Lets somebody in again. As `suspendUser`. @throws {NotFound | InvalidState | Forbidden | InvalidInput} */
export async function reactivateUser(ctx: Ctx, input: StaffDecision): Promise<UserRow> {
  await requireStaff(ctx, 'SUPPORT', 'COMPLIANCE')
  return await decide(ctx, input, { action: 'reactivateUser', from: 'SUSPENDED', to: 'ACTIVE' })
}

interface Step {
  action: string
  from: UserRow['status']
  to: UserRow['status']
}

async function decide(ctx: Ctx, input: StaffDecision, { action, from, to }: Step): Promise<UserRow> {
  const { reason } = validateInput(decision, input)
  return await inTransaction(ctx, async (ctx) => {
    await requireRightOver(ctx, input.userId, to)
    const [user] = await ctx.db.select().from(users).where(eq(users.id, input.userId)).for('update')
    if (!user) throw new NotFound('user', input.userId)
    if (user.status !== from) throw new InvalidState(`This account is already ${user.status}.`, { status: user.status })
    const changed = await changeUser(ctx, user.id, { set: { status: to } })
    await announceUser(ctx, changed)
    await audit(ctx, {
      action,
      subjectType: 'User',
      subjectId: user.id,
      partnerId: null,
      reason,
      changes: { status: { from, to } },
    })
    await requestAccountSync(ctx, user.id)
    return changed
  })
}

/**
 * Under a lock, so that two superadmins who shut each other out at once do not both succeed. Who decides about staff is looked
 * at again there: they may have been shut out while they waited. @throws {Forbidden | LastSuperadmin | UserSuspended}
 */
async function requireRightOver(ctx: Ctx, userId: string, to: UserRow['status']): Promise<void> {
  const [subject] = await ctx.db.select().from(accessSubjects).where(eq(accessSubjects.userId, userId))
  if (!subject?.staffRole) return
  if (!isStaff(ctx.viewer, 'SUPERADMIN')) {
    throw new Forbidden('Only a superadmin can suspend or reactivate a staff member.')
  }
  await ctx.db.execute(sql`/* user.lockStaff */ select pg_advisory_xact_lock(hashtext('user.staff'))`)
  await requireStaff(ctx, 'SUPERADMIN')
  if (to === 'SUSPENDED' && subject.staffRole === 'SUPERADMIN') await requireAnotherSuperadmin(ctx, userId)
}

async function requireAnotherSuperadmin(ctx: Ctx, userId: string): Promise<void> {
  const isActiveSuperadmin = and(eq(accessSubjects.staffRole, 'SUPERADMIN'), eq(users.status, 'ACTIVE'))
  const [another] = await ctx.db
    .select({ userId: accessSubjects.userId })
    .from(accessSubjects)
    .innerJoin(users, eq(users.id, accessSubjects.userId))
    .where(and(isActiveSuperadmin, ne(accessSubjects.userId, userId)))
    .limit(1)
  if (!another) throw new LastSuperadmin()
}
