import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnsecuredJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { newEmail, validPassword } from '../../test/factories.ts'
import { cognitoIdentity } from './cognito.ts'
import type { Identity } from './identity.ts'

/** An identity over a Cognito that gives every call this answer. */
async function answering(status: number, body: object): Promise<Identity> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return identityAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

function identityAt(endpoint: string): Identity {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  return cognitoIdentity({ region: 'eu-west-1', userPoolId: 'eu-west-1_Test', clientId: 'c', endpoint, credentials })
}

const account = { email: newEmail(), password: validPassword, name: null, locale: null, timeZone: null }

const calls = {
  signUp: (identity) => identity.signUp(account),
  confirmSignUp: (identity) => identity.confirmSignUp(account.email, '123456'),
  sendConfirmationCode: (identity) => identity.sendConfirmationCode(account.email),
  signIn: (identity) => identity.signIn({ username: account.email, password: validPassword }),
  refresh: (identity) => identity.refresh('token'),
  signOut: (identity) => identity.signOut('token'),
  sendResetCode: (identity) => identity.sendResetCode(account.email),
  resetPassword: (identity) => identity.resetPassword({ email: account.email, code: '1', password: validPassword }),
  changePassword: (identity) => identity.changePassword({ accessToken: 't', from: validPassword, to: validPassword }),
  findAccount: (identity) => identity.findAccount(account.email),
  setMembership: (identity) => identity.setMembership(account.email, 'user', true),
} as const satisfies Record<string, (identity: Identity) => Promise<unknown>>

test.each([
  ['signUp', 'UsernameExistsException', 'EMAIL_TAKEN'],
  ['signUp', 'InvalidPasswordException', 'PASSWORD_TOO_WEAK'],
  ['signUp', 'InvalidParameterException', 'BAD_USER_INPUT'],
  ['signUp', 'CodeDeliveryFailureException', 'UNAVAILABLE'],
  ['signUp', 'UserLambdaValidationException', 'FORBIDDEN'],
  ['confirmSignUp', 'CodeMismatchException', 'CONFIRMATION_CODE_REFUSED'],
  ['confirmSignUp', 'ExpiredCodeException', 'CONFIRMATION_CODE_REFUSED'],
  ['confirmSignUp', 'NotAuthorizedException', 'CONFIRMATION_CODE_REFUSED'],
  ['confirmSignUp', 'UserNotFoundException', 'CONFIRMATION_CODE_REFUSED'],
  ['confirmSignUp', 'TooManyFailedAttemptsException', 'TOO_MANY_ATTEMPTS'],
  ['sendConfirmationCode', 'LimitExceededException', 'TOO_MANY_ATTEMPTS'],
  ['signIn', 'NotAuthorizedException', 'SIGN_IN_REFUSED'],
  ['signIn', 'UserNotFoundException', 'SIGN_IN_REFUSED'],
  ['signIn', 'UserNotConfirmedException', 'EMAIL_NOT_CONFIRMED'],
  ['signIn', 'PasswordResetRequiredException', 'PASSWORD_RESET_REQUIRED'],
  ['signIn', 'TooManyRequestsException', 'UNAVAILABLE'],
  ['signIn', 'ForbiddenException', 'FORBIDDEN'],
  ['refresh', 'NotAuthorizedException', 'SESSION_ENDED'],
  ['refresh', 'UserNotFoundException', 'SESSION_ENDED'],
  ['resetPassword', 'ExpiredCodeException', 'CONFIRMATION_CODE_REFUSED'],
  ['resetPassword', 'UserNotFoundException', 'CONFIRMATION_CODE_REFUSED'],
  ['resetPassword', 'PasswordHistoryPolicyViolationException', 'PASSWORD_TOO_WEAK'],
  ['changePassword', 'NotAuthorizedException', 'SIGN_IN_REFUSED'],
  ['findAccount', 'InternalErrorException', 'UNAVAILABLE'],
  ['findAccount', 'TooManyRequestsException', 'UNAVAILABLE'],
  ['setMembership', 'TooManyRequestsException', 'UNAVAILABLE'],
] as const)("%s: Cognito's %s is %s to the caller", async (call, exception, code) => {
  const identity = await answering(400, { __type: exception, message: 'in words of Amazon' })
  const refusal = await calls[call](identity).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code })
  expect((refusal as Error).message).not.toMatch(/Amazon/)
})

test.each([
  ['signIn', 'User is disabled.', 'USER_SUSPENDED'],
  ['signIn', 'Password attempts exceeded', 'TOO_MANY_ATTEMPTS'],
  ['refresh', 'User is disabled.', 'USER_SUSPENDED'],
] as const)('%s: tells by the sentence "%s" that it is %s', async (call, message, code) => {
  const identity = await answering(400, { __type: 'NotAuthorizedException', message })
  await expect(calls[call](identity)).rejects.toMatchObject({ code })
})

test.each([
  ['sendConfirmationCode', 'UserNotFoundException'],
  ['sendConfirmationCode', 'InvalidParameterException'],
  ['sendResetCode', 'UserNotFoundException'],
  ['sendResetCode', 'NotAuthorizedException'],
  ['sendResetCode', 'InvalidParameterException'],
  ['signOut', 'NotAuthorizedException'],
] as const)('%s: does not tell a stranger by %s how an account stands', async (call, exception) => {
  const identity = await answering(400, { __type: exception, message: '' })
  expect(await calls[call](identity)).toBeUndefined()
})

test('asks for a further step that it cannot offer by its name', async () => {
  const identity = await answering(200, { ChallengeName: 'SMS_MFA', Session: 's' })
  const refusal = { code: 'SIGN_IN_STEP_UNSUPPORTED', details: { step: 'SMS_MFA' } }
  await expect(calls.signIn(identity)).rejects.toMatchObject(refusal)
})

test('takes an exception that nobody knows for a mistake of ours, not for a refusal', async () => {
  const identity = await answering(400, { __type: 'AccessDeniedException', message: 'no rights' })
  const failure = await calls.setMembership(identity).catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'AccessDeniedException' })
  expect(failure).not.toHaveProperty('code', 'UNAVAILABLE')
})

test.each(Object.entries(calls))('%s: says that it is unavailable when nobody answers', async (_name, call) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise((resolve) => server.close(resolve))
  await expect(call(identityAt(endpoint))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('says that it is unavailable when Cognito fails', async () => {
  const identity = await answering(500, { __type: 'SomethingNew', message: 'stack' })
  await expect(calls.signUp(identity)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test.each([
  [true, 'ada@example.org'],
  [false, null],
  [undefined, null],
])('takes an address over only when it is proved: %s', async (isVerified, email) => {
  const token = (claims: object) => new UnsecuredJWT({ sub: 'x', exp: 4_000_000_000, ...claims }).encode()
  const IdToken = token({ email: 'ada@example.org', email_verified: isVerified })
  const identity = await answering(200, { AuthenticationResult: { AccessToken: token({}), IdToken } })
  expect(await identity.refresh('kept')).toMatchObject({ email, refreshToken: 'kept' })
})

/** A Cognito that answers each call of a name in turn, and the names of the calls that it was asked. */
async function inTurn(answers: Record<string, object[]>) {
  const calls: string[] = []
  const server = createServer((request, response) => {
    request.resume()
    const name = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    calls.push(name)
    const body = answers[name]?.shift() ?? {}
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { calls, identity: identityAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }
}

const found = (UserStatus: string) => ({
  Username: 'x',
  Enabled: true,
  UserStatus,
  UserAttributes: [{ Name: 'sub', Value: 'x' }],
})

test('removes an unconfirmed account, closed first, by the name that is never given again', async () => {
  const { calls, identity } = await inTurn({ AdminGetUser: [found('UNCONFIRMED'), found('UNCONFIRMED')] })
  expect(await identity.removeUnconfirmed(account.email)).toBe('x')
  expect(calls).toEqual(['AdminGetUser', 'AdminDisableUser', 'AdminGetUser', 'AdminDeleteUser'])
})

test('opens an account again that was confirmed between two looks, and removes nothing', async () => {
  const { calls, identity } = await inTurn({ AdminGetUser: [found('UNCONFIRMED'), found('CONFIRMED')] })
  await expect(identity.removeUnconfirmed(account.email)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' })
  expect(calls).toEqual(['AdminGetUser', 'AdminDisableUser', 'AdminGetUser', 'AdminEnableUser'])
})
