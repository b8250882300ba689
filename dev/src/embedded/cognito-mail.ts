import type { Messages } from 'cognito-local/lib/services/messages.js'
import { attributeValue } from 'cognito-local/lib/services/userPoolService.js'
import { createTransport } from 'nodemailer'

const subjects: Readonly<Record<string, string>> = {
  AdminCreateUser: 'Your Tikitu account: a temporary password',
  Authentication: 'Your Tikitu sign-in code',
  ForgotPassword: 'Your Tikitu code to choose a new password',
  ResendCode: 'Your Tikitu confirmation code',
  SignUp: 'Your Tikitu confirmation code',
  UpdateUserAttribute: 'Your Tikitu confirmation code',
  VerifyUserAttribute: 'Your Tikitu confirmation code',
}

/** Mails the codes for sign-up and forgotten passwords, as Cognito does. A failure to send fails the request. */
export function mailCodes(smtpUrl: string, from: string): Messages {
  const transport = createTransport(smtpUrl)
  return {
    async deliver(...[, source, , , user, code]: Parameters<Messages['deliver']>) {
      const to = attributeValue('email', user.Attributes)
      if (!to) return
      const subject = subjects[source] ?? 'Your Tikitu code'
      await transport.sendMail({ from, to, subject, text: `${subject}: ${code}\n` })
    },
  }
}
