import { CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider'
import { type DomainError, Forbidden, InvalidInput, Unavailable, UserSuspended } from '@tikitu/kit/base/errors'
import {
  ConfirmationCodeRefused,
  EmailNotConfirmed,
  EmailTaken,
  PasswordResetRequired,
  PasswordTooWeak,
  SignInRefused,
  TooManyAttempts,
} from '../errors.ts'

/** What each exception of Cognito means to the caller, by its name. */
export type ErrorMap = Readonly<Record<string, (message: string) => DomainError>>

const tooWeak = () => new PasswordTooWeak(['it needs more characters or more kinds of characters'])
const tooMany = () => new TooManyAttempts()
const codeRefused = () => new ConfirmationCodeRefused()
const unavailable = () => new Unavailable('Sign-in is temporarily unavailable. Try again in a moment.')

/** What an exception means in any call, where that call says nothing else. */
const defaultErrors: ErrorMap = {
  AliasExistsException: () => new EmailTaken(),
  CodeDeliveryFailureException: () => new Unavailable('The code could not be sent. Request a new one in a moment.'),
  CodeMismatchException: codeRefused,
  ConcurrentModificationException: unavailable,
  ExpiredCodeException: codeRefused,
  ForbiddenException: () => new Forbidden('This was refused for security reasons.'),
  InternalErrorException: unavailable,
  // What Cognito says here may repeat what was sent, a password included.
  InvalidParameterException: () =>
    new InvalidInput([{ field: 'input', message: 'was rejected by the identity provider' }]),
  InvalidPasswordException: tooWeak,
  LimitExceededException: tooMany,
  PasswordHistoryPolicyViolationException: () => new PasswordTooWeak(['it was used before']),
  PasswordResetRequiredException: () => new PasswordResetRequired(),
  ThrottlingException: unavailable,
  TooManyFailedAttemptsException: tooMany,
  // The quota of the whole pool: the caller may have attempted nothing. LimitExceededException is about them.
  TooManyRequestsException: unavailable,
  UserLambdaValidationException: () => new Forbidden('This was refused by a sign-in rule. Contact support.'),
  UserNotConfirmedException: () => new EmailNotConfirmed(),
  UsernameExistsException: () => new EmailTaken(),
}

/** Names of errors by which the SDK, or Node below it, says that nobody answered. */
const networkErrors =
  /^(TimeoutError|AbortError|NetworkingError|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT)$/

/**
 * What an error of the SDK means to the caller: `errors` first, then the usual one. Silence and failures of Cognito
 * itself are `Unavailable`; what is left is a mistake of ours, and comes back as it was.
 */
export function mapCognitoError(error: unknown, errors: ErrorMap): unknown {
  if (isPoolMistake(error)) return error
  if (error instanceof CognitoIdentityProviderServiceException) {
    const mapped = errors[error.name] ?? defaultErrors[error.name]
    if (mapped) return mapped(error.message)
    return (error.$metadata.httpStatusCode ?? 0) >= 500 ? unavailable() : error
  }
  const { name, code } = error as { name?: string; code?: string }
  return networkErrors.test(name ?? '') || networkErrors.test(code ?? '') ? unavailable() : error
}

/**
 * Whether the pool or our settings are at fault, by an exception that otherwise means a wrong password: the secret of the app client, or a
 * flow that it does not allow. The exceptions have no other mark than their sentences.
 */
export function isPoolMistake(error: unknown): boolean {
  const { name, message } = error as Error
  if (name === 'NotAuthorizedException') return /secret|not permitted for this user pool/i.test(message)
  return name === 'InvalidParameterException' && /flow (is )?not enabled/i.test(message)
}

/** What a NotAuthorizedException says besides that the password or token is wrong, which only its sentence tells; null for just that. */
export function notAuthorized(message: string): DomainError | null {
  if (/disabled/i.test(message)) return new UserSuspended()
  if (/attempts exceeded/i.test(message)) return new TooManyAttempts()
  if (!/temporary password has expired/i.test(message)) return null
  return new SignInRefused('This temporary password has expired. Request a new one from support.')
}
