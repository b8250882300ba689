import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { DomainError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { isTransientError } from '../postgres/database.ts'

const maxMessageLength = 1_000

/**
 * The client's view of an error: code and details of a refusal; GraphQL's own errors unchanged; of any other only an id that the log
 * contains.
 */
export function formatError(log: Log, formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const { message, locations, path, extensions } = formatted
  if (isAbort(cause)) {
    const gone = 'The client has disconnected.'
    return { message: gone, locations, path, extensions: { code: 'UNAVAILABLE' } }
  }
  if (isTransientError(cause)) {
    log.warn({ err: cause, path }, 'the database was busy')
    return {
      message: 'The service is busy. Try again.',
      locations,
      path,
      extensions: { code: 'UNAVAILABLE' },
    }
  }
  if (cause instanceof DomainError) {
    return { message: cause.message, locations, path, extensions: { ...cause.details, code: cause.code } }
  }
  const code = extensions?.['code']
  if (cause instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR')
    return { message: cut(message), locations, path, extensions: { code } }
  const errorId = newId('err')
  log.error({ err: cause, errorId, path }, 'unexpected error')
  return { message: 'Internal server error', locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR', errorId } }
}

/** Work that was aborted because its caller disconnected. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** GraphQL's messages quote values of any length. */
function cut(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength - 1)}…` : message
}

/** `formatError` for an execution error; one without a code is unexpected. */
export function formatExecutionError(log: Log, error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR'
  const { message, locations, path } = error.toJSON()
  return formatError(log, { message, locations, path, extensions: { ...error.extensions, code } }, error)
}

/** The response to a caller who is refused before any resolver runs. @throws other errors */
export function refusedRequest(error: unknown): { refusal: FormattedExecutionResult } {
  if (!(error instanceof DomainError)) throw error
  return { refusal: { errors: [{ message: error.message, extensions: { code: error.code } }] } }
}
