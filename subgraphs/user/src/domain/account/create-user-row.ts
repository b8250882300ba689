import { idFromUuid } from '@tikitu/kit/base/ids'
import { canonicalLocale, preferredLocale } from '@tikitu/kit/base/preferred-locale'
import { timeZoneName } from '@tikitu/kit/base/time-zone'
import { ownName } from '@tikitu/kit/base/validate-input'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type UserRow, userPreferences, users } from '../../db/tables.ts'
import type { Account } from '../../identity/identity.ts'
import { wordsOfUser } from '../directory/search-index.ts'
import { announceUser } from './announce-user.ts'
import { requestAccountSync } from './sync-account.ts'
import { syncEmail } from './sync-email.ts'

/** What a profile is made of. */
export type NewProfile = Omit<Account, 'isConfirmed' | 'isEnabled'>

/** The row of an account, made now when there is none: one per `sub`, however many ask at once. */
export async function createUserRow(ctx: Ctx, account: NewProfile): Promise<UserRow> {
  const id = idFromUuid('usr', account.sub)
  const name = usableName(account.name)
  return await inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const [made] = await ctx.db
      .insert(users)
      .values({
        id,
        email: account.email?.toLowerCase() ?? null,
        isEmailVerified: account.email !== null && account.isEmailVerified,
        name,
        ...wordsOfUser({ name }),
        locale: canonicalLocale(account.locale ?? '') ?? preferredLocale(ctx.acceptLanguage),
        timeZone: timeZoneName(account.timeZone ?? '') ?? 'UTC',
        status: 'ACTIVE',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing()
      .returning()
    if (!made) return await syncEmail(ctx, await existing(ctx, id), account.isEmailVerified ? account.email : null)
    await ctx.db.insert(userPreferences).values({ userId: id })
    await announceUser(ctx, made)
    await requestAccountSync(ctx, id)
    return made
  })
}

/** Accounts are also made past us, with names that our own sign-up refuses. */
function usableName(name: string | null): string | null {
  return ownName(100).safeParse(name).data ?? null
}

async function existing(ctx: Ctx, id: string): Promise<UserRow> {
  const [user] = await ctx.db.select().from(users).where(eq(users.id, id))
  return user as UserRow
}
