import { uuidFromId } from '@tikitu/kit/ids'
import { addJob } from '@tikitu/kit/jobs'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { users } from '../db/tables.ts'

/** The job that makes an account in Cognito agree with our row. */
export const accountTask = 'syncAccount'

/** Sees to it, after this transaction, that the person's account agrees with what was decided here. */
export async function requestAccountSync(ctx: Ctx, userId: string): Promise<void> {
  await addJob(ctx, {
    task: accountTask,
    payload: { userId },
    key: `${accountTask}:${userId}`,
    queue: accountQueue(userId),
  })
}

/** One after the other for each person, so that what was decided last is also done last. */
export function accountQueue(userId: string): string {
  return `account:${userId}`
}

/**
 * Lets the account of a person sign in or not, as the row says at this moment, and puts it into the group `user`, which
 * accounts that staff made may lack. Safe to repeat.
 */
export async function syncAccount(ctx: Ctx, userId: string): Promise<void> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user) return
  const sub = uuidFromId(userId)
  const isThere = await ctx.identity.setEnabled(sub, user.status === 'ACTIVE')
  if (isThere) await ctx.identity.setMembership(sub, 'user', true)
  else ctx.log.warn({ userId }, 'there is no account to bring up to date')
}
