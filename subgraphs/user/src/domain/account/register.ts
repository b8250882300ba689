import { idFromUuid } from '@tikitu/kit/base/ids'
import { preferredLocale } from '@tikitu/kit/base/preferred-locale'
import { ownName, validateInput } from '@tikitu/kit/base/validate-input'
import { requireSwitchedOn } from '@tikitu/kit/context/settings'
import { inTransaction } from '@tikitu/kit/postgres/database'
import type { ServiceFlag } from '@tikitu/schema/flags'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { users } from '../../db/tables.ts'
import { EmailTaken, TooManyAttempts } from '../../errors.ts'
import type { NewAccount } from '../../identity/identity.ts'
import { emailAddress } from '../profile/input-fields.ts'
import { announceUser } from './announce-user.ts'
import { changeUser } from './change-user.ts'
import { createUserRow } from './create-user-row.ts'
import { requireStrongPassword } from './password-rule.ts'
import { requestAccountSync } from './sync-account.ts'

const registration = z.object({
  email: emailAddress,
  password: z.string(),
  name: ownName(100).nullish(),
  locale: z.string().nullish(),
  timeZone: z.string().nullish(),
})

const registrationFlag = 'registration' satisfies ServiceFlag

export type RegisterInput = z.input<typeof registration>

export interface Registration {
  userId: string
  email: string
  isConfirmed: boolean
}

/**
 * Makes an account and sends it a code. Its profile is made when it is confirmed, from what the account itself knows. An
 * address belongs to whoever reads its mail: an account that was never confirmed is replaced, with its password, name and
 * code, so that the newest code confirms the newest registration. Only here is it told whether a confirmed account has the
 * address: the user pool's own sign-up tells it as well, and people who forgot that they have an account need to know.
 * @throws {EmailTaken | PasswordTooWeak | TooManyAttempts | Forbidden | InvalidInput | InvalidState | Unavailable}
 */
export async function register(ctx: Ctx, input: RegisterInput): Promise<Registration> {
  const { email, password, ...profile } = validateInput(registration, input)
  requireStrongPassword(password, email)
  await requireSwitchedOn(ctx, { key: registrationFlag, subject: { id: email }, what: 'Registration' })
  const person = {
    email,
    name: profile.name ?? null,
    locale: profile.locale ?? preferredLocale(ctx.acceptLanguage),
    timeZone: profile.timeZone ?? null,
  }
  const { sub, isConfirmed } = await signUpAnew(ctx, { ...person, password })
  const userId = idFromUuid('usr', sub)
  if (isConfirmed) await createUserRow(ctx, { ...person, sub, isEmailVerified: false })
  else await requestAccountSync(ctx, userId)
  return { userId, email, isConfirmed }
}

/** Others may register the same address at the same moment: the last one has it. */
async function signUpAnew(ctx: Ctx, account: NewAccount): Promise<{ sub: string; isConfirmed: boolean }> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const made = await ctx.identity.signUp(account).catch((error: unknown) => {
      if (error instanceof EmailTaken) return null
      throw error
    })
    if (made) return made
    const removed = await ctx.identity.removeUnconfirmed(account.email)
    if (removed) await forgetProfile(ctx, idFromUuid('usr', removed))
  }
  throw new TooManyAttempts()
}

/** Nobody ever signed in to the account that was removed, so its profile is all that can be known of it. */
async function forgetProfile(ctx: Ctx, userId: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const [profile] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update')
    if (!profile) return
    const nothing = { email: null, isEmailVerified: false, phone: null, name: null, avatarUrl: null }
    await announceUser(ctx, await changeUser(ctx, userId, { set: nothing }))
  })
}
