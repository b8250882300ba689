import { NotFound } from '@tikitu/kit/base/errors'
import { idempotent } from '@tikitu/kit/context/idempotency'
import { violatedConstraint } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type AdminUserRow, knownUsers } from '../../db/tables.ts'
import { AlreadyOnStaff } from '../../errors.ts'
import { type AdminRole, join, lockStaff, requireStaff } from './require-staff.ts'

export interface AddAdminUserInput {
  userId: string
  role: AdminRole
  reason?: string | null
  idempotencyKey?: string | null
}

/** Takes a known person onto the staff. @throws {Forbidden | NotFound | AlreadyOnStaff | IdempotencyConflict | InvalidInput} */
export async function addAdminUser(ctx: Ctx, input: AddAdminUserInput): Promise<AdminUserRow> {
  return await idempotent(
    ctx,
    { operation: 'addAdminUser', input },
    {
      authorize: async (ctx) => {
        await lockStaff(ctx)
        await requireStaff(ctx, 'SUPERADMIN')
      },
      load: requireMember,
      act: async (ctx) => {
        const [person] = await ctx.db.select().from(knownUsers).where(eq(knownUsers.userId, input.userId))
        if (!person) throw new NotFound('user', input.userId)
        return await join(ctx, { userId: input.userId, role: input.role, reason: input.reason ?? null }).catch(
          refuseSecond,
        )
      },
    },
  )
}

/** A member of the staff by id, those who left included. @throws {NotFound} */
export async function requireMember(ctx: Ctx, id: string): Promise<AdminUserRow> {
  const member = await ctx.load.adminUser.load(id)
  if (!member) throw new NotFound('staff member', id)
  return member
}

function refuseSecond(error: unknown): never {
  if (violatedConstraint(error) === 'admin_users_active') throw new AlreadyOnStaff()
  throw error
}
