import { checkInput } from '@tikitu/kit/check-input'
import { inTransaction } from '@tikitu/kit/db'
import { InvalidState, NotFound } from '@tikitu/kit/errors'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { type UserRow, users } from '../db/tables.ts'
import { audit } from '../emit.ts'
import { announceUser } from './announce-user.ts'
import { changeUser } from './change-user.ts'
import { reasonText } from './input-fields.ts'
import { requireStaff } from './require-me.ts'
import { requestAccountSync } from './sync-account.ts'

const decision = z.object({ userId: z.string(), reason: reasonText })

export interface StaffDecision {
  userId: string
  reason: string
}

/**
 * Shuts somebody out, here at once and in Cognito soon after, and tells the other services and the audit log why.
 * @throws {NotFound | InvalidState | Forbidden | InvalidInput}
 */
export async function suspendUser(ctx: Ctx, input: StaffDecision): Promise<UserRow> {
  const staff = await requireStaff(ctx)
  if (staff.id === input.userId) throw new InvalidState('You cannot suspend yourself: ask another administrator.')
  return await decide(ctx, input, { action: 'suspendUser', from: 'ACTIVE', to: 'SUSPENDED' })
}

/** Lets somebody in again. As `suspendUser`. @throws {NotFound | InvalidState | Forbidden | InvalidInput} */
export async function reactivateUser(ctx: Ctx, input: StaffDecision): Promise<UserRow> {
  await requireStaff(ctx)
  return await decide(ctx, input, { action: 'reactivateUser', from: 'SUSPENDED', to: 'ACTIVE' })
}

interface Step {
  action: string
  from: UserRow['status']
  to: UserRow['status']
}

async function decide(ctx: Ctx, input: StaffDecision, { action, from, to }: Step): Promise<UserRow> {
  const { reason } = checkInput(decision, input)
  return await inTransaction(ctx, async (ctx) => {
    const [user] = await ctx.db.select().from(users).where(eq(users.id, input.userId)).for('update')
    if (!user) throw new NotFound('user', input.userId)
    if (user.status !== from) throw new InvalidState(`This account is ${user.status} already.`, { status: user.status })
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
