import { runSubgraph } from '@tikitu/kit/run-subgraph'
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

await runSubgraph({
  env,
  create: (deps) => createUser({ ...deps, identity }),
  tasks: (deps, transport) => tasks({ ...deps, identity }, transport),
  crontab,
})
