import { createLog } from '@tikitu/kit/base/log'
import { expect, test } from 'vitest'
import answers from '../../test/aws/answers.json' with { type: 'json' }
import { type ReceivedCall, refusal, startScriptedCognito } from '../../test/aws/scripted-cognito.ts'
import { useCognito } from '../../test/cognito.ts'
import { requireFittingPool } from './check-pool.ts'

const log = createLog('user', 'silent')
const embedded = useCognito()

type Change = Record<string, unknown>

/** Checks a pool that fits, except for those settings. The message of the failure, or null. */
async function check({
  pool = {},
  client = {},
  secret = 'k3y',
}: {
  pool?: Change
  client?: Change
  secret?: string | undefined
}) {
  const answer = ({ name, body }: ReceivedCall) => {
    if (name === 'DescribeUserPool') return { body: { UserPool: { ...answers.DescribeUserPool.UserPool, ...pool } } }
    if (name === 'ListUsers') return { body: answers.ListUsersFederated }
    if (name === 'ListGroups')
      return { body: body['NextToken'] ? answers.ListGroupsLastPage : answers.ListGroupsFirstPage }
    return { body: { UserPoolClient: { ...answers.DescribeUserPoolClient.UserPoolClient, ...client } } }
  }
  const { calls, options } = await startScriptedCognito(answer)
  const failure = await requireFittingPool({ ...options, clientSecret: secret || undefined }, log).then(
    () => null,
    (error: Error) => error.message,
  )
  return { calls, failure }
}

test('accepts a pool as docs/cognito.md sets it up, whose groups come on two pages', async () => {
  const { calls, failure } = await check({})
  expect(failure).toBeNull()
  expect(calls.filter(({ name }) => name === 'ListGroups')).toHaveLength(2)
})

test('accepts the embedded pool', async () => {
  await expect(requireFittingPool(embedded.options, log)).resolves.toBeUndefined()
})

const requiredName = [{ AttributeDataType: 'String', Name: 'given_name', Required: true }]

test.each<[Parameters<typeof check>[0], RegExp]>([
  [{ pool: { UsernameAttributes: undefined, AliasAttributes: ['email'] } }, /e-mail as its only sign-in option/],
  [{ pool: { SchemaAttributes: requiredName } }, /requires given_name: create a pool/],
  [{ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } }, /turn self-registration on/],
  [{ pool: { AutoVerifiedAttributes: undefined } }, /sends messages to verify the e-mail address/],
  [
    { pool: { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only' }] } } },
    /account recovery by e-mail/,
  ],
  [{ pool: { MfaConfiguration: 'ON' } }, /make it optional or turn it off/],
  [{ pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: false } } }, /turn device tracking off/],
  [{ pool: { VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' } } }, /have a code/],
  [{ client: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] } }, /add ALLOW_USER_PASSWORD_AUTH/],
  [{ client: { RefreshTokenRotation: undefined } }, /add ALLOW_REFRESH_TOKEN_AUTH/],
  [{ client: { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 } } }, /grace period/],
  [{ client: { EnableTokenRevocation: false } }, /turn token revocation of the app client on/],
  [{ secret: '' }, /set AWS_COGNITO_CLIENT_SECRET to it/],
  [{ secret: 'other' }, /not the secret of the app client/],
  [{ client: { ClientSecret: undefined } }, /remove AWS_COGNITO_CLIENT_SECRET/],
  [{ client: { ReadAttributes: ['email', 'name'] } }, /may not read email_verified/],
  [{ client: { WriteAttributes: ['email', 'name'] } }, /may not write locale, zoneinfo/],
])('refuses a pool with %j', async (settings, sentence) => {
  const { failure } = await check(settings)
  expect(failure).toMatch(sentence)
  expect(failure?.trim().split('\n')).toHaveLength(1)
  expect(failure).not.toMatch(/k3y|other$/)
})

test('says everything that is wrong at once', async () => {
  const { failure } = await check({ pool: { MfaConfiguration: 'ON' }, client: { EnableTokenRevocation: false } })
  expect(failure?.trim().split('\n')).toHaveLength(2)
})

test.each([
  ['AccessDeniedException', /may not call cognito-idp:ListGroups: allow it/],
  ['ResourceNotFoundException', /no such pool or app client: compare AWS_REGION/],
  ['UnrecognizedClientException', /give it a role/],
])('says what to do when AWS answers with %s', async (type, sentence) => {
  const { options } = await startScriptedCognito(() => refusal(type))
  await expect(requireFittingPool(options, log)).rejects.toThrow(sentence)
})

test('names the groups that a pool lacks', async () => {
  const { options } = await startScriptedCognito(({ name }) =>
    name === 'ListGroups' ? { body: { Groups: [{ GroupName: 'admin' }] } } : { body: {} },
  )
  await expect(requireFittingPool(options, log)).rejects.toThrow('create partner, user')
})

test('lets the service start while Cognito is busy', async () => {
  const { options } = await startScriptedCognito(() => refusal('TooManyRequestsException'))
  await expect(requireFittingPool(options, log)).resolves.toBeUndefined()
})
