import type { ApolloGateway } from '@apollo/gateway'
import type { RestEndpoint } from '@tikitu/schema/rest/endpoint'
import { readOperations } from '@tikitu/schema/rest/operations'
import type { BufferedRoute } from '../http/buffer-request.ts'
import { type RestRouteOptions, restRoute, textOf } from './rest-route.ts'

/** REST of a gateway: its route, and the texts of its operations, to plan them before the first request. */
export function openRest(
  endpoints: readonly RestEndpoint[],
  gateway: ApolloGateway,
  parts: Pick<RestRouteOptions, 'prepare' | 'mask' | 'contextOf'>,
): { route: BufferedRoute; texts: string[] } {
  const documents = endpoints.length > 0 ? readOperations() : {}
  const route = restRoute({
    ...parts,
    endpoints,
    documents,
    execute: (request) => gateway.executor(request),
    onSchema: (listener) => void gateway.onSchemaLoadOrUpdate(({ apiSchema }) => listener(apiSchema)),
  })
  return { route, texts: [...new Set(endpoints.map(({ operation }) => textOf(documents[operation])))] }
}
