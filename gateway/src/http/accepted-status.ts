import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../request/context.ts'

/** Error codes of the operation itself, in well-formed requests. */
const codesOfOperations: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_TOO_LARGE',
])

/**
 * The HTTP status for a client. Clients that accept only `application/json` get 200 for errors of the operation, because they take another
 * status to mean that the response is not GraphQL.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export function acceptedStatus(status: number, errors: readonly GraphQLFormattedError[], accept: string): number {
  if (status !== 400 || !/^\s*application\/json\s*(;|$)/.test(accept)) return status
  return errors.every(({ extensions }) => codesOfOperations.has(extensions?.['code'])) ? 200 : status
}

/** Sets the status of Apollo Server's responses by the client's `accept`. */
export const acceptedStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { body, http } }) => {
      if (!http.status) return
      const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : []
      http.status = acceptedStatus(http.status, errors, request.http?.headers.get('accept') ?? '')
    },
  }),
}
