import { createServer } from 'node:http'
import { createGatewayRuntime } from '@graphql-hive/gateway'

const options = { supergraph: process.env.SUPERGRAPH, logging: false, landingPage: false, graphiql: false }
if (process.env.RUST === 'on') {
  const { unifiedGraphHandler } = await import('@graphql-hive/router-runtime')
  options.unifiedGraphHandler = unifiedGraphHandler
}
// By default it sends requests to subgraphs once that several clients make at a time.
if (process.env.SHARING !== 'on')
  options.transportEntries = { '*': { options: { deduplicateInflightRequests: false } } }
createServer(createGatewayRuntime(options)).listen(Number(process.env.PORT), '127.0.0.1')
