import { succeed } from '@tikitu/client'
import { ConfirmRegistrationDocument, RegisterDocument } from '@tikitu/client/operations'
import { receiveCode } from './mailbox.ts'
import { anybody, type Person, signIn } from './person.ts'
import { storyPassword, type World } from './world.ts'

/** Somebody new: registers, reads the code in the mail, confirms it and signs in. */
export async function register(world: World, role: string, name: string): Promise<Person> {
  const email = `${role}-${world.unique}@tikitu.example`
  const guest = anybody(world.graphUrl)
  const input = { email, password: storyPassword, name, locale: 'en', timeZone: 'Europe/Vienna' }
  succeed((await guest.run(RegisterDocument, { input })).register, 'Registration')
  const code = await receiveCode(world.mailboxUrl, email)
  const confirmed = await guest.run(ConfirmRegistrationDocument, {
    input: { email, code, password: storyPassword },
  })
  succeed(confirmed.confirmRegistration, 'RegistrationConfirmed')
  return await signIn(world.graphUrl, email, storyPassword)
}
