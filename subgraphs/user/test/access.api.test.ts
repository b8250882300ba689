import { anonymous } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { accessMatrix } from '@tikitu/kit/testing/graphql/access-matrix'
import { callersWithoutRights } from '@tikitu/kit/testing/graphql/callers'
import { expect, test } from 'vitest'
import { suspendUser } from '../src/domain/account/suspend-user.ts'
import { addAddress } from '../src/domain/profile/add-address.ts'
import { useCognito } from './cognito.ts'
import { administrator, ctxOf, migrations, newEmail, person, userOn, validPassword } from './factories.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }
const outcome = '{ __typename ... on Refusal { code } }'

const staffMembers = async () => {
  const members = ['support', 'finance', 'compliance', 'superadmin'].map(async (role) => {
    const { viewer } = await person(world, { groups: ['user', 'admin', `admin:${role}`] })
    return [role, viewer] as const
  })
  return Object.fromEntries(await Promise.all(members))
}

test('lets each caller do what the committed matrix says, and nothing else', async () => {
  const admin = await administrator(world)
  const owner = await person(world)
  const suspended = await person(world)
  const target = await person(world)
  const address = await addAddress(ctxOf(world, owner.viewer), { lines: ['Dam 1'], city: 'Amsterdam', country: 'NL' })
  await suspendUser(admin.ctx, { userId: suspended.row.id, reason: 'fraud' })
  const callers = {
    anonymous,
    owner: owner.viewer,
    'other user': (await person(world)).viewer,
    partner: (await person(world, { groups: ['user', 'partner'] })).viewer,
    'suspended user': suspended.viewer,
    ...(await staffMembers()),
    ...(await callersWithoutRights(admin.ctx)),
  }
  const someone = `email: "${newEmail()}"`
  const matrix = await accessMatrix(await userOn(world), callers, {
    'Query.me': 'me { id }',
    'Query.user': `user(id: "${owner.row.id}") { id }`,
    'Query.users': 'users { edges { cursor } }',
    'Mutation.register': `register(input: { ${someone}, password: "short" }) ${outcome}`,
    'Mutation.confirmRegistration': `confirmRegistration(input: { ${someone}, code: "1" }) ${outcome}`,
    'Mutation.resendConfirmationCode': `resendConfirmationCode(input: { ${someone} }) ${outcome}`,
    'Mutation.signIn': `signIn(input: { ${someone}, password: "${validPassword}" }) ${outcome}`,
    'Mutation.refreshSession': `refreshSession(input: { refreshToken: "none" }) ${outcome}`,
    'Mutation.signOut': `signOut(input: { refreshToken: "none" }) ${outcome}`,
    'Mutation.signOutEverywhere': `signOutEverywhere ${outcome}`,
    'Mutation.forgotPassword': `forgotPassword(input: { ${someone} }) ${outcome}`,
    'Mutation.resetPassword': `resetPassword(input: { ${someone}, code: "1", newPassword: "${validPassword}" }) ${outcome}`,
    'Mutation.changePassword': `changePassword(input: { currentPassword: "a", newPassword: "${validPassword}" }) ${outcome}`,
    'Mutation.updateProfile': `updateProfile(input: { name: "Ada" }) ${outcome}`,
    'Mutation.updatePreferences': `updatePreferences(input: { currency: "EUR" }) ${outcome}`,
    'Mutation.addAddress': `addAddress(input: { lines: ["A"], city: "B", country: "NL" }) ${outcome}`,
    'Mutation.updateAddress': `updateAddress(input: { id: "${address.id}", city: "Delft" }) ${outcome}`,
    'Mutation.setDefaultAddress': `setDefaultAddress(input: { id: "${address.id}" }) ${outcome}`,
    'Mutation.removeAddress': `removeAddress(input: { id: "${address.id}" }) ${outcome}`,
    'Mutation.suspendUser': `suspendUser(input: { userId: "${target.row.id}", reason: "Charged back" }) ${outcome}`,
    'Mutation.reactivateUser': `reactivateUser(input: { userId: "${target.row.id}", reason: "Charged back" }) ${outcome}`,
  })
  await expect(matrix).toMatchFileSnapshot('access-matrix.md')
})
