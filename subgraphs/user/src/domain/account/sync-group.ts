import { uuidFromId } from '@tikitu/kit/base/ids'
import { addJob } from '@tikitu/kit/messaging/jobs'
import { and, arrayContains, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { partnerTeams, staffMembers } from '../../db/tables.ts'
import { accountQueue } from './sync-account.ts'

/** Somebody, and a group that they are in or not by what other services say. */
export interface GroupSync {
  userId: string
  group: 'partner' | 'admin'
}

/** The job that puts somebody into a group, or takes them out. */
export const groupTask = 'syncGroup'

/** Sees to it, after this transaction, that the person is in the group when they should be. */
export async function requestGroupSync(ctx: Ctx, { userId, group }: GroupSync): Promise<void> {
  await addJob(ctx, {
    task: groupTask,
    payload: { userId, group },
    key: `${groupTask}:${group}:${userId}`,
    queue: accountQueue(userId),
  })
}

/**
 * Puts a person into a group when they belong there at this moment, and takes them out when not. Their next token carries
 * it. Safe to repeat.
 */
export async function syncGroup(ctx: Ctx, { userId, group }: GroupSync): Promise<void> {
  const isMember = group === 'admin' ? await isStaff(ctx, userId) : await isOfRecognisedPartner(ctx, userId)
  const isThere = await ctx.identity.setMembership(uuidFromId(userId), group, isMember)
  if (!isThere) ctx.log.warn({ userId, group }, 'the account for this group does not exist')
}

async function isStaff(ctx: Ctx, userId: string): Promise<boolean> {
  const [member] = await ctx.db.select().from(staffMembers).where(eq(staffMembers.userId, userId))
  return member?.isStaff ?? false
}

async function isOfRecognisedPartner(ctx: Ctx, userId: string): Promise<boolean> {
  const teams = await ctx.db
    .select({ partnerId: partnerTeams.partnerId })
    .from(partnerTeams)
    .where(and(eq(partnerTeams.isRecognised, true), arrayContains(partnerTeams.memberIds, [userId])))
    .limit(1)
  return teams.length > 0
}
