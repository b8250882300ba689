import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListGroupsCommand,
  ListUsersCommand,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider'
import { Unavailable } from '@tikitu/kit/base/errors'
import type { Log } from '@tikitu/kit/base/log'
import { type CognitoOptions, callCognito, openPool, type Pool } from './cognito-pool.ts'

/** The pool cannot serve this graph. The message has a line for each setting: what is wrong, and what to change. */
export class PoolUnfit extends Error {
  override readonly name = 'PoolUnfit'
}

/**
 * Makes sure that a user pool is set up as this service needs it, so that a wrong setting is found at the start and not by a person. When
 * Cognito cannot be reached or is busy, that is logged and the service starts. docs/cognito.md says how to set a pool up. @throws {PoolUnfit}
 */
export async function requireFittingPool(options: CognitoOptions, log: Log): Promise<void> {
  const pool = openPool(options)
  try {
    const mistakes = await findMistakes(pool)
    if (mistakes.length > 0) throw new PoolUnfit(mistakes.map((each) => `\n  ${each}`).join(''))
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    log.warn({ err: error }, 'the settings of the user pool could not be checked')
  } finally {
    pool.client.destroy()
  }
}

async function findMistakes(pool: Pool): Promise<string[]> {
  const { client, UserPoolId, ClientId } = pool
  const ids = { UserPoolId, ClientId }
  const found = await Promise.all([
    mistakesOf('DescribeUserPool', async () => {
      const { UserPool } = await callCognito(client.send(new DescribeUserPoolCommand({ UserPoolId })))
      return poolMistakes(UserPool ?? {})
    }),
    mistakesOf('DescribeUserPoolClient', async () => {
      const { UserPoolClient } = await callCognito(client.send(new DescribeUserPoolClientCommand(ids)))
      return clientMistakes(UserPoolClient ?? {}, pool.ClientSecret)
    }),
    mistakesOf('ListGroups', () => groupMistakes(pool)),
    mistakesOf('ListUsers', async () => {
      await callCognito(client.send(new ListUsersCommand({ UserPoolId, Limit: 1, AttributesToGet: ['sub'] })))
      return []
    }),
  ])
  return [...new Set(found.flat())]
}

/** What a call found, or why AWS refused the call itself. */
async function mistakesOf(action: string, find: () => Promise<string[]>): Promise<string[]> {
  try {
    return await find()
  } catch (error) {
    const sentence = refusals[(error as Error).name]
    if (!sentence) throw error
    return [sentence(action)]
  }
}

const noCredentials = () =>
  'AWS refused the credentials of this process: give it a role, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'

const refusals: Readonly<Record<string, (action: string) => string>> = {
  AccessDeniedException: (action) =>
    `this process may not call cognito-idp:${action}: allow it in the policy of its role`,
  CredentialsProviderError: noCredentials,
  ExpiredTokenException: noCredentials,
  InvalidSignatureException: noCredentials,
  UnrecognizedClientException: noCredentials,
  ResourceNotFoundException: () =>
    'there is no such pool or app client: compare AWS_REGION, AWS_COGNITO_USER_POOL_ID and AWS_COGNITO_CLIENT_ID with the console',
}

type Rule = [isWrong: boolean, sentence: string]

function sentencesOf(rules: Rule[]): string[] {
  return rules.filter(([isWrong]) => isWrong).map(([, sentence]) => sentence)
}

/** Attributes that may be required: `register` always has them, and `sub` is the pool's own. */
const alwaysGiven = new Set(['email', 'sub'])

function poolMistakes(pool: UserPoolType): string[] {
  const required = (pool.SchemaAttributes ?? []).filter(({ Name = '', Required }) => Required && !alwaysGiven.has(Name))
  const recovery = pool.AccountRecoverySetting?.RecoveryMechanisms
  return sentencesOf([
    [
      !pool.UsernameAttributes?.includes('email'),
      'people do not sign in with their e-mail address: create a pool with e-mail as its only sign-in option (it cannot be changed later)',
    ],
    [
      required.length > 0,
      `it requires ${required.map(({ Name }) => Name).join(', ')}: create a pool that requires the e-mail address only (it cannot be changed later)`,
    ],
    [pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true, 'nobody can register: turn self-registration on'],
    [
      !pool.AutoVerifiedAttributes?.includes('email'),
      'no confirmation codes are sent: turn on that Cognito sends messages to verify the e-mail address',
    ],
    [
      recovery !== undefined && !recovery.some(({ Name }) => Name === 'verified_email'),
      'forgotten passwords cannot be reset: turn on account recovery by e-mail',
    ],
    [
      pool.MfaConfiguration === 'ON',
      'multi-factor authentication is required, which signIn cannot do: make it optional or turn it off',
    ],
    [
      pool.DeviceConfiguration !== undefined,
      'devices are remembered, so that no session can be refreshed without a device key: turn device tracking off',
    ],
    [
      pool.VerificationMessageTemplate?.DefaultEmailOption === 'CONFIRM_WITH_LINK',
      'addresses are confirmed by a link: let the verification message have a code',
    ],
  ])
}

const written = ['email', 'name', 'locale', 'zoneinfo']
const read = ['email', 'email_verified']

function clientMistakes(client: UserPoolClientType, secret: string | undefined): string[] {
  const { ExplicitAuthFlows: flows = [], RefreshTokenRotation: rotation, ReadAttributes, WriteAttributes } = client
  const allows = (flow: string) => (flows as string[]).some((each) => each === flow || each === `ALLOW_${flow}`)
  const rotates = rotation?.Feature === 'ENABLED'
  const unreadable = read.filter((name) => ReadAttributes && !ReadAttributes.includes(name))
  const unwritable = written.filter((name) => WriteAttributes && !WriteAttributes.includes(name))
  return sentencesOf([
    [
      !allows('USER_PASSWORD_AUTH'),
      'the app client does not allow sign-in with a password: add ALLOW_USER_PASSWORD_AUTH to its authentication flows',
    ],
    [
      !allows('REFRESH_TOKEN_AUTH') && !rotates,
      'the app client refreshes no tokens: add ALLOW_REFRESH_TOKEN_AUTH to its authentication flows, or turn refresh token rotation on',
    ],
    [
      rotates && rotation.RetryGracePeriodSeconds === 0,
      'a refresh that is repeated after a network failure would end the session: give refresh token rotation a grace period, such as 10 seconds',
    ],
    [
      client.EnableTokenRevocation === false,
      'signing out would not end a session: turn token revocation of the app client on',
    ],
    [!!client.ClientSecret && !secret, 'the app client has a secret: set AWS_COGNITO_CLIENT_SECRET to it'],
    [!client.ClientSecret && !!secret, 'the app client has no secret: remove AWS_COGNITO_CLIENT_SECRET'],
    [
      !!client.ClientSecret && !!secret && client.ClientSecret !== secret,
      'AWS_COGNITO_CLIENT_SECRET is not the secret of the app client: copy it from the console',
    ],
    [
      unreadable.length > 0,
      `the app client may not read ${unreadable.join(', ')}: allow it in its attribute permissions`,
    ],
    [
      unwritable.length > 0,
      `the app client may not write ${unwritable.join(', ')}: allow it in its attribute permissions`,
    ],
  ])
}

async function groupMistakes({ client, UserPoolId }: Pool): Promise<string[]> {
  const missing = new Set(['admin', 'partner', 'user'])
  let NextToken: string | undefined
  do {
    const answer = await callCognito(client.send(new ListGroupsCommand({ UserPoolId, Limit: 60, NextToken })))
    for (const { GroupName = '' } of answer.Groups ?? []) missing.delete(GroupName)
    NextToken = answer.NextToken
  } while (NextToken && missing.size > 0)
  return missing.size > 0 ? [`groups are missing: create ${[...missing].join(', ')}`] : []
}
