import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { DomainError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { Log } from '../base/log.ts'
import { isTransientError } from '../postgres/database.ts'

const maxMessageLength = 1_000

/**
 * What a caller is told of an error: a refusal shows its code and details; what GraphQL itself refuses stays; anything else is
 * only an id that the log has.
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

/** Work that was given up because its caller has gone. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** What GraphQL says of a value quotes it, however long it is. */
function cut(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength - 1)}…` : message
}

/** The same for an error as executing an operation leaves it: one without a code is one that nobody foresaw. */
export function formatExecutionError(log: Log, error: GraphQLError): GraphQLFormattedError {
  const code = error.extensions['code'] ?? 'INTERNAL_SERVER_ERROR'
  const { message, locations, path } = error.toJSON()
  return formatError(log, { message, locations, path, extensions: { ...error.extensions, code } }, error)
}

/** The response to a caller who is refused before any resolver. @throws errors that are not refusals */
export function refusedRequest(error: unknown): { refusal: FormattedExecutionResult } {
  if (!(error instanceof DomainError)) throw error
  return { refusal: { errors: [{ message: error.message, extensions: { code: error.code } }] } }
}
