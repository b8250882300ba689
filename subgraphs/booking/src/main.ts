import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { fileUrlsOf } from '@tikitu/storage/file-env'
import { readEnv } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { purgeRules } from './purge.ts'
import { createBooking } from './server.ts'

const env = readEnv()
const files = { fileUrls: fileUrlsOf(env, env.own.BOOKING_FILE_KEYS) }

await runSubgraph({
  env,
  create: (deps) => createBooking({ ...deps, ...files }),
  tasks: (deps, transport) => tasks({ ...deps, ...files }, transport),
  crontab,
  purgeRules,
})
