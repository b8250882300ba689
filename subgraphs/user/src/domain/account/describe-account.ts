import type { AccessSubject } from '@tikitu/kit/auth/admission'
import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { uuidFromId } from '@tikitu/kit/base/ids'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { and, eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserRow, users } from '../../db/tables.ts'
import type { Account } from '../../identity/identity.ts'
import { announceUser } from './announce-user.ts'
import { changeUser } from './change-user.ts'
import { createUserRow } from './create-user-row.ts'

export type AccountState = Pick<AccessSubject, 'accountStatus' | 'accountVersion'>

export interface AccountChecks {
  /** How often Cognito is asked whether an account is still there, at most: its quota is for other things too. */
  perSecond: number
  /** For how long its answer is waited for. */
  timeoutMs: number
}

/**
 * Tells how an account stands, makes its profile at first sight, and notes when Cognito does not know it any more. When Cognito
 * is not to be had in time, what is written down holds.
 */
export function createDescribeAccount({ perSecond, timeoutMs }: AccountChecks) {
  const mayAsk = createAllowance(perSecond)
  return async (ctx: Ctx, { userId }: UserViewer): Promise<AccountState> => {
    const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
    if (user && (user.status === 'SUSPENDED' || !mayAsk(ctx.now().getTime()))) return stateOf(user)
    const found = await withinTime(ctx.identity.findAccount(uuidFromId(userId)), timeoutMs)
    if (found === 'unknown') return user ? stateOf(user) : { accountStatus: 'ACTIVE', accountVersion: 0 }
    return await recordFound(ctx, user, found)
  }
}

async function recordFound(ctx: Ctx, user: UserRow | undefined, account: Account | null): Promise<AccountState> {
  if (user) return stateOf(await recordExistence(ctx, user, account !== null))
  return account ? stateOf(await createUserRow(ctx, account)) : { accountStatus: 'DELETED', accountVersion: 0 }
}

/**
 * Notes that an account is gone, or there after all, and tells the other services when that is new. A suspended one stays
 * suspended.
 */
export async function recordExistence(ctx: Ctx, user: UserRow, isThere: boolean): Promise<UserRow> {
  const [from, to] = isThere ? (['DELETED', 'ACTIVE'] as const) : (['ACTIVE', 'DELETED'] as const)
  if (user.status !== from) return user
  return await inTransaction(ctx, async (ctx) => {
    const isStill = and(eq(users.id, user.id), eq(users.status, from))
    const [locked] = await ctx.db.select().from(users).where(isStill).for('update')
    if (!locked) return (await ctx.db.select().from(users).where(eq(users.id, user.id)))[0] ?? user
    const changed = await changeUser(ctx, user.id, { set: { status: to } })
    await announceUser(ctx, changed)
    return changed
  })
}

function stateOf({ status, version }: UserRow): AccountState {
  return { accountStatus: status, accountVersion: version }
}

/** What Cognito says, or that it said nothing in time. */
async function withinTime(asked: Promise<Account | null>, ms: number): Promise<Account | null | 'unknown'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'unknown'>((resolve) => {
    timer = setTimeout(resolve, ms, 'unknown')
  })
  return await Promise.race([asked.catch((): 'unknown' => 'unknown'), late]).finally(() => clearTimeout(timer))
}

/** Lets through so many a second. */
function createAllowance(perSecond: number): (now: number) => boolean {
  let left = perSecond
  let last = 0
  return (now) => {
    left = Math.min(perSecond, left + (Math.max(0, now - last) * perSecond) / 1_000)
    last = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
