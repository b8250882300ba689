import { checkInput, line } from '@tikitu/kit/check-input'
import { idFromUuid } from '@tikitu/kit/ids'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { emailAddress } from './input-fields.ts'
import { makeUser } from './make-user.ts'
import { requireStrongPassword } from './password-rule.ts'
import { preferredLocale } from './preferred-locale.ts'

const registration = z.object({
  email: emailAddress,
  password: z.string(),
  name: line(100).nullish(),
  locale: z.string().nullish(),
  timeZone: z.string().nullish(),
})

export type RegisterInput = z.input<typeof registration>

export interface Registration {
  userId: string
  email: string
  isConfirmed: boolean
}

/**
 * Makes an account, sends it a code, and makes its profile. Should the profile fail, the first request of the account
 * makes it, from what the account itself knows. Only here is it told whether an address is taken: the user pool's own
 * sign-up tells it as well, and people who forgot that they have an account need to know.
 * @throws {EmailTaken | PasswordTooWeak | TooManyAttempts | InvalidInput | Unavailable}
 */
export async function register(ctx: Ctx, input: RegisterInput): Promise<Registration> {
  const { email, password, ...profile } = checkInput(registration, input)
  requireStrongPassword(password, email)
  const person = {
    email,
    name: profile.name ?? null,
    locale: profile.locale ?? preferredLocale(ctx.acceptLanguage),
    timeZone: profile.timeZone ?? null,
  }
  const { sub, isConfirmed } = await ctx.identity.signUp({ ...person, password })
  await makeUser(ctx, { ...person, sub })
  return { userId: idFromUuid('usr', sub), email, isConfirmed }
}
