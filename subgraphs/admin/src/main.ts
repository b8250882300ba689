import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { readEnv } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { createAdmin } from './server.ts'

await runSubgraph({ env: readEnv(), create: createAdmin, tasks, crontab })
