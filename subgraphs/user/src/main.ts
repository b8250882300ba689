import { createLog } from '@tikitu/kit/base/log'
import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { readEnv } from './env.ts'
import { PoolUnfit, requireFittingPool } from './identity/check-pool.ts'
import { cognitoIdentity } from './identity/cognito.ts'
import { crontab, tasks } from './jobs.ts'
import { createUser } from './server.ts'

const env = readEnv()
const cognito = {
  region: env.own.AWS_REGION,
  userPoolId: env.own.AWS_COGNITO_USER_POOL_ID,
  clientId: env.own.AWS_COGNITO_CLIENT_ID,
  clientSecret: env.own.AWS_COGNITO_CLIENT_SECRET,
  endpoint: env.own.AWS_COGNITO_ENDPOINT,
}
const log = createLog(env.service, env.logLevel)
await requireFittingPool(cognito, log).catch((error: unknown) => {
  if (!(error instanceof PoolUnfit)) throw error
  log.fatal(`user cannot start. The Cognito user pool does not fit:${error.message}`)
  process.exit(1)
})
const identity = cognitoIdentity(cognito)
const accountChecksPerSecond = env.own.USER_ACCOUNT_CHECKS_PER_SECOND

await runSubgraph({
  env,
  create: (deps) => createUser({ ...deps, identity, accountChecksPerSecond }),
  tasks: (deps, transport) => tasks({ ...deps, identity }, transport),
  crontab,
})
