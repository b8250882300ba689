import { createServer } from 'node:http'
import { hostNamesOf } from '@tikitu/kit/env'
import { serverTimeouts } from '@tikitu/kit/http'
import { createLog } from '@tikitu/kit/log'
import { runService } from '@tikitu/kit/service'
import { readGatewayEnv, readSubgraphAccess } from './env.ts'
import { createAuthenticator } from './identity/authenticate.ts'
import { issuersOf, jwksUrlOf } from './identity/cognito.ts'
import { createKeyCache, fetchKeySet } from './identity/key-cache.ts'
import { verifyToken } from './identity/verify-token.ts'
import { createGateway, type Gateway } from './server.ts'
import { gatewayOptionsOf, poolOf, ratesOf } from './settings.ts'

/** A client that takes nothing of its answer for so long has gone. Streams send something more often. */
const unreadAnswerMs = 60_000

const env = readGatewayEnv()
const log = createLog('gateway', env.LOG_LEVEL)
const pool = poolOf(env)
const keys = createKeyCache({
  fetchKeys: () => fetchKeySet(jwksUrlOf(pool)),
  now: Date.now,
  onFailure: (error) => log.error({ err: error }, 'the keys of the user pool cannot be fetched'),
})
const authenticate = createAuthenticator({
  verify: (token, now) => verifyToken(token, { keys, issuers: issuersOf(pool), clientIds: pool.clientIds }, now),
  now: Date.now,
  onRefusal: (reason) => log.debug({ reason }, 'token refused'),
})
const { rates, close: closeRates } = ratesOf(env, log)
const start = async (): Promise<Gateway> =>
  await createGateway({ ...gatewayOptionsOf(env), accessOf: readSubgraphAccess, authenticate, rates, log })
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
