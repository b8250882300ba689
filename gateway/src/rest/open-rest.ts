import type { ApolloGateway } from '@apollo/gateway'
import type { RestEndpoint } from '@tikitu/schema/rest/endpoint'
import { readOperations } from '@tikitu/schema/rest/operations'
import type { DemoAccount } from '../graphiql/page.ts'
import type { BufferedRoute } from '../http/buffer-request.ts'
import type { GatewayRoute } from '../http/router.ts'
import { docsRoutes } from './docs-routes.ts'
import { documentRoute } from './document-route.ts'
import { type RestRouteOptions, restRoute, textOf } from './rest-route.ts'

export interface RestSettings {
  /** The REST endpoints; their operations are in `schema/operations`. */
  restEndpoints: readonly RestEndpoint[]
  /** Whether to serve the OpenAPI document. */
  introspection: boolean
  /** Whether to serve its documentation page too. */
  explorers: boolean
  /** The accounts for one-click sign-in to the page. */
  demoAccounts: readonly DemoAccount[]
}

/** REST of a gateway. */
export interface Rest {
  route: BufferedRoute
  /** The OpenAPI document and its documentation page. */
  pages: GatewayRoute[]
  /** The texts of the operations, to plan them before the first request. */
  texts: string[]
}

/** Opens the REST endpoints. */
export function openRest(
  settings: RestSettings,
  gateway: ApolloGateway,
  parts: Pick<RestRouteOptions, 'prepare' | 'mask' | 'contextOf'>,
): Rest {
  const { restEndpoints: endpoints } = settings
  const documents = endpoints.length > 0 ? readOperations() : {}
  const route = restRoute({
    ...parts,
    endpoints,
    documents,
    execute: (request) => gateway.executor(request),
    onSchema: (listener) => void gateway.onSchemaLoadOrUpdate(({ apiSchema }) => listener(apiSchema)),
  })
  const pages = endpoints.length > 0 ? pagesOf(settings) : []
  return { route, pages, texts: [...new Set(endpoints.map(({ operation }) => textOf(documents[operation])))] }
}

function pagesOf({ introspection, explorers, demoAccounts }: RestSettings): GatewayRoute[] {
  return introspection ? [documentRoute(), ...(explorers ? docsRoutes(demoAccounts) : [])] : []
}
