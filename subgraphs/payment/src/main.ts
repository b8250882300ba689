import { runSubgraph, type SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import type { PaymentDeps } from './context.ts'
import { readEnv, sandboxConfig } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { purgeRules } from './purge.ts'
import { createPayment } from './server.ts'

/** The timeout of a call to a provider. */
const providerTimeoutMs = 5_000

const env = readEnv()
const sandbox = sandboxConfig(env)
const allowsLocalReturns = env.nodeEnv !== 'production'
const withProviders = (deps: SubgraphDeps): PaymentDeps => ({ ...deps, sandbox, providerTimeoutMs, allowsLocalReturns })

await runSubgraph({
  env,
  create: (deps) => createPayment(withProviders(deps)),
  tasks: (deps, transport) => tasks(withProviders(deps), transport),
  crontab,
  purgeRules,
})
