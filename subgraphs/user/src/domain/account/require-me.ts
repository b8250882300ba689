import { requireStaff as requireStaffRole, requireUser, type StaffRole } from '@tikitu/kit/auth/viewer'
import { Unauthenticated, UserSuspended } from '@tikitu/kit/base/errors'
import { uuidFromId } from '@tikitu/kit/base/ids'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserRow, users } from '../../db/tables.ts'
import type { Account } from '../../identity/identity.ts'
import { createUserRow } from './create-user-row.ts'
import { recordExistence } from './describe-account.ts'

/**
 * The caller's own row. It is made at the first call of an account, as not every account is registered through us.
 * @throws {Unauthenticated | UserSuspended | Unavailable}
 */
export async function requireMe(ctx: Ctx): Promise<UserRow> {
  const { userId } = requireUser(ctx.viewer)
  return await requireActiveUser(ctx, userId)
}

/** The caller, who is staff with one of those roles, and not shut out. @throws {Unauthenticated | Forbidden | UserSuspended} */
export async function requireStaff(ctx: Ctx, ...roles: StaffRole[]): Promise<UserRow> {
  requireStaffRole(ctx.viewer, ...roles)
  return await requireMe(ctx)
}

/** The row of an account that signed in, made when there is none. @throws {Unauthenticated | UserSuspended} */
export async function requireActiveUser(ctx: Ctx, userId: string): Promise<UserRow> {
  const user = await findUser(ctx, userId)
  if (user?.status === 'SUSPENDED') throw new UserSuspended()
  if (user?.status === 'ACTIVE') return user
  const account = await requireAccount(ctx, userId)
  return user ? await recordExistence(ctx, user, true) : await createUserRow(ctx, account)
}

async function findUser(ctx: Ctx, userId: string): Promise<UserRow | null> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  return user ?? null
}

/** The account itself is asked, as an access token knows no e-mail address and no name. */
async function requireAccount(ctx: Ctx, userId: string): Promise<Account> {
  const account = await ctx.identity.findAccount(uuidFromId(userId))
  if (!account) throw new Unauthenticated('This account no longer exists. Sign in with another one.')
  return account
}
