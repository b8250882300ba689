import type { GraphQLFormattedError } from 'graphql'

/** Error codes of any GraphQL server, including subgraphs, for invalid client input. */
export const clientRefusalCodes: ReadonlySet<string> = new Set(['BAD_USER_INPUT'])

/** Error codes of the gateway. */
export const gatewayCodes: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_NOT_PERSISTED',
  'OPERATION_NOT_PLANNED',
  'OPERATION_RESOLUTION_FAILURE',
  'OPERATION_TOO_EXPENSIVE',
  'OPERATION_TOO_LARGE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'RATE_LIMITED',
  'RESPONSE_VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'UNAVAILABLE',
  'USER_SUSPENDED',
])

/** The public form of an internal error. */
export function internalError(path?: readonly (string | number)[]): GraphQLFormattedError {
  return { message: 'Internal server error', ...(path ? { path } : {}), extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** A service does not answer. */
export function unavailableError(): GraphQLFormattedError {
  const message = 'A service is not available. Try again in a moment.'
  return { message, extensions: { code: 'UNAVAILABLE' } }
}
