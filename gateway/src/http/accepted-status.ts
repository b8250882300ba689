import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'

/** Mistakes of the operation itself: the request as such was well-formed. */
const codesOfOperations: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_TOO_LARGE',
])

/**
 * To clients that take `application/json` and nothing newer, a mistake in the operation comes with 200: to them another
 * status says that the answer is not GraphQL's. https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export const acceptedStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response }) => {
      const accept = request.http?.headers.get('accept') ?? ''
      if (response.http.status !== 400 || !/^\s*application\/json\s*(;|$)/.test(accept)) return
      const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : []
      if (errors.every(({ extensions }) => codesOfOperations.has(extensions?.code))) response.http.status = 200
    },
  }),
}
