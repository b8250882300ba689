import { ConfirmRegistrationDocument, RegisterDocument } from '@tikitu/client/operations'
import { type DemoContext, demoUserPassword } from './demo-context.ts'
import { receiveCode } from './read-mail.ts'
import { anonymousClient, type SignedInClient, signIn } from './signed-in-client.ts'

/** Registers a new user, confirms the mailed code and signs in. */
export async function register(demo: DemoContext, role: string, name: string): Promise<SignedInClient> {
  const email = `${role}-${demo.unique}@tikitu.example`
  const guest = anonymousClient(demo.graphUrl)
  const input = { email, password: demoUserPassword, name, locale: 'en', timeZone: 'Europe/Vienna' }
  await guest.mutate(RegisterDocument, { input })
  const code = await receiveCode(demo.mailboxUrl, email)
  await guest.mutate(ConfirmRegistrationDocument, { input: { email, code, password: demoUserPassword } })
  return await signIn(demo.graphUrl, email, demoUserPassword)
}
