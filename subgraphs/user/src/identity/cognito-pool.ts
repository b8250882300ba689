import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import { type ErrorMap, mapCognitoError } from './cognito-errors.ts'

export interface CognitoOptions {
  region: string
  userPoolId: string
  clientId: string
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
}

/** A client that never waits for ever. It may repeat what it sends: every call here bears that. */
export function openPool({ region, endpoint, credentials, userPoolId, clientId }: CognitoOptions): Pool {
  const client = new CognitoIdentityProviderClient({
    region,
    ...(endpoint ? { endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000 },
  })
  return { client, UserPoolId: userPoolId, ClientId: clientId }
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
export async function ignoreUnknownUser<T>(answer: Promise<T>, errors: ErrorMap = {}): Promise<T | null> {
  return await callCognito(
    answer.catch((error: unknown) => {
      if (error instanceof UserNotFoundException) return null
      throw error
    }),
    errors,
  )
}

/** Names of exceptions by which a stranger could tell whether an account exists, and in which state it is. */
const revealingErrors = new Set(['InvalidParameterException', 'NotAuthorizedException', 'UserNotConfirmedException'])

/** Waits for Cognito without revealingErrors whether there was anything to do. */
export async function ignoreRevealingErrors(answer: Promise<unknown>): Promise<void> {
  await ignoreUnknownUser(
    answer.catch((error: unknown) => {
      if (!revealingErrors.has((error as Error).name)) throw error
    }),
  )
}
