import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { readEnv } from './env.ts'
import { cognitoIdentity } from './identity/cognito.ts'
import { crontab, tasks } from './jobs.ts'
import { createUser } from './server.ts'

const env = readEnv()
const identity = cognitoIdentity({
  region: env.own.AWS_REGION,
  userPoolId: env.own.AWS_COGNITO_USER_POOL_ID,
  clientId: env.own.AWS_COGNITO_CLIENT_ID,
  endpoint: env.own.AWS_COGNITO_ENDPOINT,
})
const accountChecksPerSecond = env.own.USER_ACCOUNT_CHECKS_PER_SECOND

await runSubgraph({
  env,
  create: (deps) => createUser({ ...deps, identity, accountChecksPerSecond }),
  tasks: (deps, transport) => tasks({ ...deps, identity }, transport),
  crontab,
})
