import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import type { GatewayContext } from '../request/context.ts'

/** Mistakes of the operation itself: the request as such was well-formed. */
const codesOfOperations: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_TOO_LARGE',
])

/**
 * The status that a client understands. To those that take `application/json` and nothing newer, a mistake in the operation comes
 * with 200: to them another status says that the answer is not GraphQL's.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export function acceptedStatus(status: number, errors: readonly GraphQLFormattedError[], accept: string): number {
  if (status !== 400 || !/^\s*application\/json\s*(;|$)/.test(accept)) return status
  return errors.every(({ extensions }) => codesOfOperations.has(extensions?.['code'])) ? 200 : status
}

/** Gives Apollo Server's answers the status that their client understands. */
export const acceptedStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response: { body, http } }) => {
      if (!http.status) return
      const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : []
      http.status = acceptedStatus(http.status, errors, request.http?.headers.get('accept') ?? '')
    },
  }),
}
