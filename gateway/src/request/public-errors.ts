import type { GraphQLFormattedError } from 'graphql'

/** Codes of refusals that a GraphQL server itself gives for a client's input, a subgraph's among them. */
export const clientRefusalCodes: ReadonlySet<string> = new Set(['BAD_USER_INPUT'])

/** Codes that the gateway itself gives. */
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

/** All that a client is told of what went wrong inside. */
export function internalError(path?: readonly (string | number)[]): GraphQLFormattedError {
  return { message: 'Internal server error', ...(path ? { path } : {}), extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** A part of the platform does not answer. */
export function unavailableError(): GraphQLFormattedError {
  const message = 'A part of the platform is not answering right now: try again in a moment.'
  return { message, extensions: { code: 'UNAVAILABLE' } }
}
