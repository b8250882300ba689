import { createRequire } from 'node:module'
import { join } from 'node:path'
import { httpUrl, port, readEnvOrExit } from '@tikitu/kit/base/env'
import { foreignHost, foreignOrigin, localNames, refuseForeign } from '@tikitu/kit/base/own-requests'
import { Router } from 'cognito-local/lib/server/Router.js'
import { createServer } from 'cognito-local/lib/server/server.js'
import { DateClock } from 'cognito-local/lib/services/clock.js'
import { CognitoServiceFactoryImpl } from 'cognito-local/lib/services/cognitoService.js'
import type { Services } from 'cognito-local/lib/services/index.js'
import { otp } from 'cognito-local/lib/services/otp.js'
import { JwtTokenGenerator } from 'cognito-local/lib/services/tokenGenerator.js'
import type { Triggers } from 'cognito-local/lib/services/triggers/index.js'
import { UserPoolServiceFactoryImpl } from 'cognito-local/lib/services/userPoolService.js'
import { z } from 'zod'
import { openFileStores } from './cognito-file-store.ts'
import { mailCodes } from './cognito-mail.ts'
import { preparePool } from './cognito-pool.ts'
import { useOwnSigningKey } from './cognito-signing-key.ts'
import { completeRouter } from './cognito-targets.ts'

const env = readEnvOrExit({
  TIKITU_COGNITO_DIRECTORY: z.string(),
  TIKITU_COGNITO_PORT: port,
  TIKITU_COGNITO_ENDPOINT: httpUrl,
  AWS_COGNITO_USER_POOL_ID: z.string(),
  AWS_COGNITO_CLIENT_ID: z.string(),
  SMTP_URL: z.string(),
  MAIL_FROM: z.string(),
})

// cognito-local's types need a logger of its own, older pino.
const { pino } = createRequire(createRequire(import.meta.url).resolve('cognito-local'))('pino')
const logger = pino({ level: 'info', base: undefined })

useOwnSigningKey(join(env.TIKITU_COGNITO_DIRECTORY, 'signing-key.json'))
const services = await openServices()
const router = completeRouter(Router(services), services)
await preparePool({
  ctx: { logger },
  router,
  cognito: services.cognito,
  poolId: env.AWS_COGNITO_USER_POOL_ID,
  clientId: env.AWS_COGNITO_CLIENT_ID,
})
const http = await createServer(router, logger, services.config.ServerConfig, services).start()
// cognito-local accepts requests from pages of any site, and any of them could create an admin.
refuseForeign(http, [foreignHost(localNames), foreignOrigin])
process.once('SIGTERM', () => {
  http.close(() => process.exit(0))
  http.closeAllConnections()
})

async function openServices(): Promise<Services> {
  const clock = new DateClock()
  const directory = join(env.TIKITU_COGNITO_DIRECTORY, 'pools')
  const stores = openFileStores(directory)
  const pools = new UserPoolServiceFactoryImpl(clock, stores)
  const config: Services['config'] = {
    LambdaClient: {},
    TriggerFunctions: {},
    UserPoolDefaults: { UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] },
    TokenConfig: { IssuerDomain: env.TIKITU_COGNITO_ENDPOINT },
    ServerConfig: { port: env.TIKITU_COGNITO_PORT, hostname: '127.0.0.1', https: false },
  }
  // Without Lambda functions only `enabled` is called.
  const triggers = { enabled: () => false } as unknown as Triggers
  return {
    clock,
    cognito: await new CognitoServiceFactoryImpl(directory, stores, pools).create({ logger }, config.UserPoolDefaults),
    config,
    messages: mailCodes(env.SMTP_URL, env.MAIL_FROM),
    otp,
    tokenGenerator: new JwtTokenGenerator(clock, triggers, config.TokenConfig),
    triggers,
  }
}
