import { createServer } from 'node:http'
import { hostNamesOf } from '@tikitu/kit/base/env'
import { serverTimeouts } from '@tikitu/kit/base/http'
import { createLog } from '@tikitu/kit/base/log'
import { runService } from '@tikitu/kit/service/lifecycle'
import { openAuthenticator } from './auth/open-authenticator.ts'
import { readGatewayEnv } from './env.ts'
import { createGateway, type Gateway } from './server.ts'
import { gatewayOptionsOf, poolOf, ratesOf } from './settings.ts'
import { readForeignAccess, readSubgraphAccess } from './subgraph-access.ts'

/** Closes connections whose client reads nothing for this long. Streams send something more often. */
const unreadAnswerMs = 60_000

const env = readGatewayEnv()
const log = createLog('gateway', env.LOG_LEVEL)
const isForeign = env.GATEWAY_GRAPH === 'foreign'
const authenticate = openAuthenticator(poolOf(env), { takesScopes: isForeign, log })
const accessOf = isForeign ? readForeignAccess : readSubgraphAccess
const { rates, close: closeRates } = ratesOf(env, log)
const start = async (): Promise<Gateway> =>
  await createGateway({ ...gatewayOptionsOf(env), accessOf, authenticate, rates, log })
const gateway = await start().catch((error: Error) => {
  log.fatal(`the gateway cannot start: ${error.message}`)
  process.exit(1)
})
const server = createServer(serverTimeouts, gateway.handle)
server.setTimeout(unreadAnswerMs)
server.on('upgrade', gateway.upgrade)
process.on('SIGHUP', gateway.reload)
process.on('SIGTERM', gateway.drain)
process.on('SIGINT', gateway.drain)
await runService({
  name: 'gateway',
  server,
  host: env.HOST,
  names: hostNamesOf(env),
  port: env.AUTH_ROUTE_SERVICE_PORT,
  log,
  closers: [gateway.close, async () => closeRates()],
})
