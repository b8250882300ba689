import { createHmac } from 'node:crypto'
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import { type ErrorMap, isPoolMistake, mapCognitoError } from './cognito-errors.ts'

export interface CognitoOptions {
  region: string
  userPoolId: string
  clientId: string
  /** The secret of the app client, when it was created with one. */
  clientSecret?: string | undefined
  /** The embedded Cognito, in place of AWS. */
  endpoint?: string | undefined
  /** Those of the process's surroundings when absent. */
  credentials?: CognitoIdentityProviderClientConfig['credentials']
}

/** A user pool and one of its app clients, as its calls want them. */
export interface Pool {
  client: CognitoIdentityProviderClient
  UserPoolId: string
  ClientId: string
  /** The `ClientSecret` of calls that take it as it is; undefined for an app client without one. */
  ClientSecret: string | undefined
  /** User names by `sub`, of accounts whose user name is another. */
  usernames: Map<string, string>
}

/** A client that never waits for ever. It may repeat what it sends: every call here bears that. */
export function openPool({ region, endpoint, credentials, userPoolId, clientId, clientSecret }: CognitoOptions): Pool {
  const client = new CognitoIdentityProviderClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  })
  neverRepeatAttempts(client)
  return { client, UserPoolId: userPoolId, ClientId: clientId, ClientSecret: clientSecret, usernames: new Map() }
}

/** Exceptions by which Cognito counts what one person tried. The SDK takes the first for throttling, and would try on their account. */
const personalLimits = new Set(['LimitExceededException', 'TooManyFailedAttemptsException'])

/** Makes a client give up at the first exception of `personalLimits`. Quotas of the pool (`TooManyRequestsException`) are waited for. */
function neverRepeatAttempts({ config }: CognitoIdentityProviderClient): void {
  const strategyOf = config.retryStrategy
  config.retryStrategy = async () => {
    const strategy = await strategyOf()
    if (!('refreshRetryTokenForRetry' in strategy)) return strategy
    return {
      acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
      recordSuccess: (token) => strategy.recordSuccess(token),
      async refreshRetryTokenForRetry(token, info) {
        if (personalLimits.has((info.error as Error | undefined)?.name ?? '')) throw info.error
        return await strategy.refreshRetryTokenForRetry(token, info)
      },
    }
  }
}

/**
 * What an app client with a secret adds to a call about a user name, as its `SecretHash`; undefined without a secret.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 */
export function secretHashOf({ ClientId, ClientSecret }: Pool, username: string): string | undefined {
  if (!ClientSecret) return undefined
  return createHmac('sha256', ClientSecret).update(`${username}${ClientId}`).digest('base64')
}

/** The same for calls whose parameters are a map of texts. */
export function secretParameterOf(pool: Pool, username: string): { SECRET_HASH?: string } {
  const hash = secretHashOf(pool, username)
  return hash ? { SECRET_HASH: hash } : {}
}

/** Cognito's answer, or what its exception means. */
export async function callCognito<T>(answer: Promise<T>, errors: ErrorMap = {}): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw mapCognitoError(error, errors)
  }
}

/** Cognito's answer; null when there is no such account. */
export async function ignoreUnknownUser<T>(answer: Promise<T>): Promise<T | null> {
  return await callCognito(
    answer.catch((error: unknown) => {
      if (error instanceof UserNotFoundException) return null
      throw error
    }),
  )
}

/** Names of exceptions by which a stranger could tell whether an account exists, and in which state it is. */
const revealingErrors = new Set([
  'InvalidParameterException',
  'NotAuthorizedException',
  'UnsupportedTokenTypeException',
  'UserNotConfirmedException',
])

/** Waits for Cognito without revealing whether there was anything to do. */
export async function ignoreRevealingErrors(answer: Promise<unknown>): Promise<void> {
  await ignoreUnknownUser(
    answer.catch((error: unknown) => {
      if (isPoolMistake(error) || !revealingErrors.has((error as Error).name)) throw error
    }),
  )
}
