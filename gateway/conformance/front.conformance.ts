import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { defineIntegrationTestSuite } from '@apollo/server-integration-testsuite'
import { createLog } from '@tikitu/kit/base/log'
import { createBodyReader } from '../src/http/body-reader.ts'
import { bufferRequests } from '../src/http/buffer-request.ts'
import { graphqlRoute } from '../src/http/graphql-route.ts'
import { createRouter, type GatewayRoute } from '../src/http/router.ts'
import { createConcurrencyLimiter } from '../src/http/shed-load.ts'
import type { GatewayContext } from '../src/request/context.ts'

defineIntegrationTestSuite(async (config, options) => {
  const http = createServer()
  const apollo = new ApolloServer(config)
  apollo.addPlugin(closing(http))
  await apollo.start()
  const route = graphqlRoute({
    apollo: apollo as unknown as ApolloServer<GatewayContext>,
    resolveOperation: () => ({}),
    fastPath: null,
    pagePolicy: null,
    contextOf: async ({ request, response }) =>
      ((await options?.context?.({ req: request, res: response })) ?? {}) as GatewayContext,
  })
  const perAddress = 1_000
  const whole = bufferRequests(route, {
    limiter: createConcurrencyLimiter({ total: 1_000, perAddress }),
    readBody: createBodyReader({ maxBytes: 50_000_000, timeoutMs: 5_000, perAddress }),
    addressOf: () => '',
  })
  const log = createLog('conformance', 'silent')
  http.on(
    'request',
    createRouter({ routes: [anywhere(whole)], allowsOrigin: () => false, isDraining: () => false, log }),
  )
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { server: apollo, url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/` }
})

/** The suite asks at the root, and with methods that the front would refuse by itself. */
function anywhere(route: GatewayRoute): GatewayRoute {
  return { ...route, path: '', isFolder: true, methods: [...(route.methods ?? []), 'PUT', 'PATCH', 'DELETE'] }
}

function closing(http: Server): ApolloServerPlugin {
  const drainServer = async (): Promise<void> => {
    http.close()
    http.closeAllConnections()
  }
  return { serverWillStart: async () => ({ drainServer }) }
}
