import { checkInput } from '@tikitu/kit/check-input'
import { z } from 'zod'
import type { Ctx } from '../context.ts'
import { emailAddress, sentCode } from './input-fields.ts'

const confirmation = z.object({ email: emailAddress, code: sentCode })

/**
 * Confirms the address of a new account. Its first token carries the group `user`.
 * @throws {ConfirmationCodeRefused | TooManyAttempts | InvalidInput | Unavailable}
 */
export async function confirmRegistration(ctx: Ctx, input: z.input<typeof confirmation>): Promise<{ email: string }> {
  const { email, code } = checkInput(confirmation, input)
  await ctx.identity.confirmSignUp(email, code)
  // The address is confirmed, whatever happens now; a job of the registration puts the account into its group as well.
  await ctx.identity.setMembership(email, 'user', true).catch((error: unknown) => {
    ctx.log.warn({ err: error }, 'the group of a confirmed account is left to its job')
  })
  return { email }
}
