import { createHmac } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import { expect, test } from 'vitest'
import answers from '../../test/aws/answers.json' with { type: 'json' }
import recorded from '../../test/aws/exceptions.json' with { type: 'json' }
import { type ReceivedCall, refusal, startScriptedCognito } from '../../test/aws/scripted-cognito.ts'
import { newEmail, validPassword } from '../../test/factories.ts'
import { cognitoIdentity } from './cognito.ts'
import type { Identity } from './identity.ts'

const email = newEmail()
const account = { email, password: validPassword, name: null, locale: null, timeZone: null }
const clientId = '5abcdefghijklmnopqrstuvwx'
const sub = '11111111-2222-4333-8444-555555555555'

const calls: Record<string, (identity: Identity) => Promise<unknown>> = {
  signUp: (identity) => identity.signUp(account),
  confirmSignUp: (identity) => identity.confirmSignUp(email, '123456'),
  sendConfirmationCode: (identity) => identity.sendConfirmationCode(email),
  signIn: (identity) => identity.signIn({ username: email, password: validPassword }),
  refresh: (identity) => identity.refresh('opaque'),
  signOut: (identity) => identity.signOut('opaque'),
  sendResetCode: (identity) => identity.sendResetCode(email),
  resetPassword: (identity) => identity.resetPassword({ email, code: '1', password: validPassword }),
  changePassword: (identity) => identity.changePassword({ accessToken: 't', from: validPassword, to: validPassword }),
  findAccount: (identity) => identity.findAccount(email),
}

test.each(recorded.exceptions)('$call: $type "$message" is $code', async ({ call, type, message, code, ...more }) => {
  const { options } = await startScriptedCognito(() => refusal(type, message))
  const failure = await calls[call]?.(cognitoIdentity(options)).catch((error: unknown) => error)
  if (code === null) return expect(failure).toBeUndefined()
  // A mistake of the pool comes as it was, so that the log says what it is.
  if (code === 'INTERNAL') return expect(failure).toMatchObject({ name: type, message })
  expect(failure).toMatchObject({ code })
  expect((failure as Error).message).not.toBe(message)
  if (more.says) expect((failure as Error).message).toContain(more.says)
})

const token = (claims: object = {}) => new UnsecuredJWT({ sub, exp: 4_000_000_000, ...claims }).encode()
const session = { AccessToken: token(), IdToken: token({ email, email_verified: true }), RefreshToken: 'opaque' }
const hashOf = (username: string) =>
  createHmac('sha256', 'k3y')
    .update(username + clientId)
    .digest('base64')

test('an app client with a secret gets its hash, of the user name that the call names', async () => {
  const { calls: received, options } = await startScriptedCognito(({ name }) =>
    name === 'InitiateAuth' ? { body: { AuthenticationResult: session } } : { body: {} },
  )
  const identity = cognitoIdentity({ ...options, clientSecret: 'k3y' })
  for (const name of ['signUp', 'confirmSignUp', 'sendConfirmationCode', 'sendResetCode', 'resetPassword'] as const) {
    await calls[name]?.(identity)
    expect(received.at(-1)?.body, name).toMatchObject({ Username: email, SecretHash: hashOf(email) })
  }
  await calls['signIn']?.(identity)
  expect(received.at(-1)?.body['AuthParameters']).toMatchObject({ USERNAME: email, SECRET_HASH: hashOf(email) })
  await calls['signOut']?.(identity)
  expect(received.at(-1)).toMatchObject({ name: 'RevokeToken', body: { ClientSecret: 'k3y' } })
})

test('a challenge is answered with the hash of the name that Cognito gave the account', async () => {
  const challenge = {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    ChallengeParameters: { USER_ID_FOR_SRP: sub },
    Session: 's',
  }
  const { calls: received, options } = await startScriptedCognito(({ name }) => ({
    body: name === 'InitiateAuth' ? challenge : { AuthenticationResult: session },
  }))
  const identity = cognitoIdentity({ ...options, clientSecret: 'k3y' })
  await identity.signIn({ username: email, password: validPassword, newPassword: validPassword })
  expect(received.at(-1)?.body['ChallengeResponses']).toMatchObject({ USERNAME: sub, SECRET_HASH: hashOf(sub) })
})

test('without a secret no call carries a hash', async () => {
  const { calls: received, options } = await startScriptedCognito(() => ({ body: { AuthenticationResult: session } }))
  for (const call of Object.values(calls)) await call(cognitoIdentity(options))
  expect(JSON.stringify(received)).not.toMatch(/secret/i)
})

test('a refresh sends the secret itself, needs no user name, and hands out a rotated refresh token', async () => {
  const shape = answers.GetTokensFromRefreshToken
  const AuthenticationResult = { ...shape.AuthenticationResult, AccessToken: token(), IdToken: session.IdToken }
  const { calls: received, options } = await startScriptedCognito(() => ({ body: { AuthenticationResult } }))
  const tokens = await cognitoIdentity({ ...options, clientSecret: 'k3y' }).refresh('opaque')
  expect(tokens).toMatchObject({ sub, email, refreshToken: 'rotated' })
  const body = { ClientId: clientId, ClientSecret: 'k3y', RefreshToken: 'opaque' }
  expect(received).toEqual([{ name: 'GetTokensFromRefreshToken', body }])
})

test('writes and reads a profile by the standard attributes of OpenID Connect, which every pool has', async () => {
  const UserAttributes = [
    ...[
      { Name: 'email', Value: email },
      { Name: 'name', Value: 'Ada' },
    ],
    ...[
      { Name: 'locale', Value: 'de-CH' },
      { Name: 'zoneinfo', Value: 'Europe/Zurich' },
    ],
  ]
  const { calls: received, options } = await startScriptedCognito(({ name }) => ({
    body: name === 'AdminGetUser' ? { UserAttributes, UserStatus: 'CONFIRMED', Enabled: true } : { UserSub: sub },
  }))
  const identity = cognitoIdentity(options)
  const profile = { name: 'Ada', locale: 'de-CH', timeZone: 'Europe/Zurich' }
  await identity.signUp({ ...account, ...profile })
  expect(received[0]?.body['UserAttributes']).toEqual(UserAttributes)
  expect(await identity.findAccount(email)).toMatchObject({ email, ...profile })
})

test('waits for a quota of the pool, and succeeds when it is free again', async () => {
  let left = 2
  const { calls: received, options } = await startScriptedCognito(() =>
    left-- > 0 ? refusal('TooManyRequestsException', 'Rate exceeded') : { body: { UserAttributes: [] } },
  )
  expect(await cognitoIdentity(options).findAccount(email)).not.toBeNull()
  expect(received).toHaveLength(3)
})

test('never repeats what Cognito counts as one of a person’s attempts', async () => {
  const { calls: received, options } = await startScriptedCognito(() => refusal('LimitExceededException'))
  const identity = cognitoIdentity(options)
  await expect(calls['resetPassword']?.(identity)).rejects.toMatchObject({ code: 'TOO_MANY_ATTEMPTS' })
  expect(received).toHaveLength(1)
})

/** A pool with one account, of Google: unknown by its `sub`, found by the second page of a list. */
function federated({ name, body }: ReceivedCall): { status?: number; body: object } {
  if (name === 'ListUsers')
    return { body: body['PaginationToken'] ? answers.ListUsersFederated : answers.ListUsersEmptyPage }
  if (body['Username'] !== 'Google_103456789012345678901')
    return refusal('UserNotFoundException', 'User does not exist.')
  return { body: name === 'AdminGetUser' ? answers.AdminGetUserFederated : {} }
}

test('finds an account of another identity provider by its sub, behind an empty page of the list', async () => {
  const { calls: received, options } = await startScriptedCognito(federated)
  const identity = cognitoIdentity(options)
  const found = {
    sub,
    email: 'ada@example.org',
    isEmailVerified: false,
    isConfirmed: true,
    isEnabled: true,
    name: 'Ada',
  }
  expect(await identity.findAccount(sub)).toMatchObject(found)
  const names = received.map(({ name }) => name)
  expect(names).toEqual(['AdminGetUser', 'ListUsers', 'ListUsers', 'AdminGetUser'])
  expect(received[1]?.body).toMatchObject({ Filter: `sub = "${sub}"`, Limit: 1 })
  expect(received[2]?.body).toMatchObject({ Filter: `sub = "${sub}"`, PaginationToken: 'CAIS-next-page' })
})

test('suspends, signs out and groups an account of another identity provider, looking its name up once', async () => {
  const { calls: received, options } = await startScriptedCognito(federated)
  const identity = cognitoIdentity(options)
  expect(await identity.setEnabled(sub, false)).toBe(true)
  expect(await identity.setMembership(sub, 'user', true)).toBe(true)
  await identity.signOutEverywhere(sub)
  expect(received.filter(({ name }) => name === 'ListUsers')).toHaveLength(2)
  const changes = received.filter(({ body }) => body['Username'] === 'Google_103456789012345678901')
  expect(changes.map(({ name }) => name)).toEqual(['AdminDisableUser', 'AdminAddUserToGroup', 'AdminUserGlobalSignOut'])
})

test('an account that no list knows does not exist; an address is never looked for in lists', async () => {
  const { calls: received, options } = await startScriptedCognito(({ name }) =>
    name === 'ListUsers' ? { body: { Users: [] } } : refusal('UserNotFoundException'),
  )
  const identity = cognitoIdentity(options)
  expect(await identity.findAccount(email)).toBeNull()
  expect(received).toHaveLength(1)
  expect(await identity.findAccount(sub)).toBeNull()
})

test('does not take an account for gone while its list is throttled', async () => {
  const { options } = await startScriptedCognito(({ name }) =>
    refusal(name === 'ListUsers' ? 'TooManyRequestsException' : 'UserNotFoundException'),
  )
  await expect(cognitoIdentity(options).findAccount(sub)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
