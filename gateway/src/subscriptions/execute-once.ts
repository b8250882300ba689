import { type ApolloServer, HeaderMap } from '@apollo/server'
import type { GatewayContext } from '../request/context.ts'
import type { ExecuteOnce, OperationRequest } from './start-operation.ts'

/** Runs queries and mutations of both protocols through Apollo Server, like every request. */
export function createExecuteOnce(apollo: ApolloServer<GatewayContext>): ExecuteOnce {
  const headers = new HeaderMap([
    ['content-type', 'application/json'],
    ['accept', 'application/graphql-response+json'],
  ])
  return async (body, { context, isReadOnly }) => {
    const httpGraphQLRequest = isReadOnly
      ? { method: 'GET', headers, search: searchOf(body), body: undefined }
      : { method: 'POST', headers, search: '', body }
    const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => context })
    const text = answer.body.kind === 'complete' ? answer.body.string : ''
    return { status: answer.status ?? 200, headers: answer.headers, text }
  }
}

/** The operation as the search of a GET request, in which Apollo Server refuses mutations. */
function searchOf({ query, operationName, variables, extensions }: OperationRequest): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ query, operationName }))
    if (value != null) search.set(name, String(value))
  for (const [name, value] of Object.entries({ variables, extensions }))
    if (value != null) search.set(name, JSON.stringify(value))
  return `?${search}`
}
