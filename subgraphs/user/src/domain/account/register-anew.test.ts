import { anonymous } from '@tikitu/kit/auth/viewer'
import { idFromUuid, uuidFromId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { useCognito } from '../../../test/cognito.ts'
import { ctxOf, migrations, newEmail, validPassword } from '../../../test/factories.ts'
import { users } from '../../db/tables.ts'
import { ConfirmationCodeRefused, EmailNotConfirmed, EmailTaken, SignInRefused } from '../../errors.ts'
import { resetPassword } from './change-password.ts'
import { confirmRegistration } from './confirm-registration.ts'
import { createUserRow } from './create-user-row.ts'
import { register } from './register.ts'
import { requireActiveUser } from './require-me.ts'
import { forgotPassword, resendConfirmationCode } from './send-code.ts'
import { signIn } from './sign-in.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const visitor = (identity = cognito.identity) => ctxOf({ database, cognito: { identity } }, anonymous)
const strangersPassword = 'Stranger-pass-1'

/** An address that a stranger registered before its owner, and the code that they had sent to it. */
async function takenAddress() {
  const email = newEmail()
  const { userId } = await register(visitor(), { email, password: strangersPassword, name: 'Stranger' })
  return { email, strangerId: userId, strangersCode: cognito.codeFor(email) }
}

test('gives an address to whoever reads its mail: the account of a stranger who came first is gone', async () => {
  const { email, strangerId } = await takenAddress()
  const owner = { email: email.toUpperCase(), password: validPassword, name: 'Owner' }
  const { userId } = await register(visitor(), owner)
  expect(userId).not.toBe(strangerId)
  await resendConfirmationCode(visitor(), { email })
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  await expect(signIn(visitor(), { email, password: strangersPassword })).rejects.toThrow(SignInRefused)
  const session = await signIn(visitor(), { email, password: validPassword })
  expect(session.userId).toBe(userId)
  expect(await requireActiveUser(visitor(), userId)).toMatchObject({ email, name: 'Owner', isEmailVerified: true })
  expect(await cognito.identity.findAccount(uuidFromId(strangerId))).toBeNull()
})

test('makes the codes void that were sent before', async () => {
  const { email, strangersCode } = await takenAddress()
  await register(visitor(), { email, password: validPassword })
  const confirmed = confirmRegistration(visitor(), { email, code: strangersCode })
  await expect(confirmed).rejects.toThrow(ConfirmationCodeRefused)
  await expect(signIn(visitor(), { email, password: validPassword })).rejects.toThrow(EmailNotConfirmed)
})

test('keeps addresses apart that differ behind a plus, and refuses letters that become others', async () => {
  const { email } = await takenAddress()
  const beside = email.replace('@', '+tickets@')
  await register(visitor(), { email: beside, password: validPassword })
  expect(await cognito.identity.findAccount(email)).toMatchObject({ name: 'Stranger' })
  const kelvin = register(visitor(), { email: `\u212a${email}`, password: validPassword })
  await expect(kelvin).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
})

test('confirms with a password only what was registered with it', async () => {
  const { email } = await takenAddress()
  await register(visitor(), { email, password: validPassword })
  // The stranger comes again, and the newest code in the mailbox is that of their registration.
  await register(visitor(), { email, password: strangersPassword })
  const code = cognito.codeFor(email)
  const owner = { email, code, password: validPassword }
  await expect(confirmRegistration(visitor(), owner)).rejects.toThrow(SignInRefused)
  await expect(signIn(visitor(), { email, password: strangersPassword })).rejects.toThrow(EmailNotConfirmed)
  await confirmRegistration(visitor(), { email, code, password: strangersPassword })
})

test('sends no code to reset a password that nobody confirmed, and takes none', async () => {
  const { email, strangersCode } = await takenAddress()
  await forgotPassword(visitor(), { email })
  expect(cognito.codesSentTo(email)).toBe(1)
  const reset = resetPassword(visitor(), { email, code: strangersCode, newPassword: validPassword })
  await expect(reset).rejects.toThrow(ConfirmationCodeRefused)
})

test('never confirms with the code that resets a password', async () => {
  const { email, strangersCode } = await takenAddress()
  await confirmRegistration(visitor(), { email, code: strangersCode })
  await forgotPassword(visitor(), { email })
  const code = cognito.codeFor(email)
  await expect(confirmRegistration(visitor(), { email, code })).rejects.toThrow(ConfirmationCodeRefused)
  await resetPassword(visitor(), { email, code, newPassword: validPassword })
})

test('forgets the profile that an unconfirmed account had, and tells the others', async () => {
  const { email, strangerId } = await takenAddress()
  const account = await cognito.identity.findAccount(email)
  if (account) await createUserRow(visitor(), account)
  await register(visitor(), { email, password: validPassword })
  const [row] = await database.db.select().from(users).where(eq(users.id, strangerId))
  expect(row).toMatchObject({ email: null, name: null, isEmailVerified: false, version: 2 })
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === strangerId).at(-1)
  expect(told?.event.data).toMatchObject({ version: 2, email: null, name: null })
})

test('leaves one account, with the newest code, when an address is registered by two at once', async () => {
  const { email } = await takenAddress()
  const both = [
    register(visitor(), { email, password: validPassword }),
    register(visitor(), { email, password: 'Other-pass-1' }),
  ]
  const outcomes = await Promise.allSettled(both)
  const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.userId] : []))
  const account = await cognito.identity.findAccount(email)
  expect(made).toContain(idFromUuid('usr', account?.sub ?? ''))
  await confirmRegistration(visitor(), { email, code: cognito.codeFor(email) })
  await expect(signIn(visitor(), { email, password: strangersPassword })).rejects.toThrow(SignInRefused)
})

test('keeps an account that is confirmed while it is being replaced', async () => {
  const { email, strangersCode } = await takenAddress()
  const confirmedMeanwhile = {
    ...cognito.identity,
    signUp: async (account: Parameters<typeof cognito.identity.signUp>[0]) => {
      const refusal = await cognito.identity.signUp(account).catch((error: unknown) => error)
      await confirmRegistration(visitor(), { email, code: strangersCode })
      throw refusal
    },
  }
  const late = register(visitor(confirmedMeanwhile), { email, password: validPassword })
  await expect(late).rejects.toThrow(EmailTaken)
  await signIn(visitor(), { email, password: strangersPassword })
})

test('confirms nothing while the account is being replaced', async () => {
  const { email, strangersCode } = await takenAddress()
  const closed = await cognito.identity.findAccount(email)
  await cognito.identity.setEnabled(closed?.sub ?? '', false)
  const confirmed = confirmRegistration(visitor(), { email, code: strangersCode })
  await expect(confirmed).rejects.toThrow(ConfirmationCodeRefused)
})
