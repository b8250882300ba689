import { uuidFromId } from '@tikitu/kit/base/ids'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables.ts'

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
 * Lets the account of a person sign in or not, as the row says at this moment, ends the sessions of who may not, and puts it into the group `user`, which
 * accounts that staff made may lack. An account without a row waits to be confirmed. Safe to repeat.
 */
export async function syncAccount(ctx: Ctx, userId: string): Promise<void> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  const sub = uuidFromId(userId)
  const isThere = user ? await ctx.identity.setEnabled(sub, user.status === 'ACTIVE') : true
  // Otherwise the sessions of before would live again with the account.
  if (user?.status === 'SUSPENDED') await ctx.identity.signOutEverywhere(sub)
  if (isThere) await ctx.identity.setMembership(sub, 'user', true)
  else ctx.log.warn({ userId }, 'the account to synchronize does not exist')
}
