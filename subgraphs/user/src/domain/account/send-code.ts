import { validateInput } from '@tikitu/kit/base/validate-input'
import { z } from 'zod'
import type { Ctx } from '../../context.ts'
import { emailAddress } from '../profile/input-fields.ts'

const destination = z.object({ email: emailAddress })

export type SendCodeInput = z.input<typeof destination>

/**
 * Sends a new confirmation code to an account that waits for one. Does not tell whether there is any.
 * @throws {TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 */
export async function resendConfirmationCode(ctx: Ctx, input: SendCodeInput): Promise<{ email: string }> {
  const { email } = validateInput(destination, input)
  await ctx.identity.sendConfirmationCode(email)
  return { email }
}

/**
 * Sends a code to reset the password of an account with. Does not tell whether there is any.
 * @throws {TooManyAttempts | Forbidden | InvalidInput | Unavailable}
 */
export async function forgotPassword(ctx: Ctx, input: SendCodeInput): Promise<{ email: string }> {
  const { email } = validateInput(destination, input)
  await ctx.identity.sendResetCode(email)
  return { email }
}
