import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { readEnv } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { purgeRules } from './purge.ts'
import { createBooking } from './server.ts'

await runSubgraph({ env: readEnv(), create: createBooking, tasks, crontab, purgeRules })
