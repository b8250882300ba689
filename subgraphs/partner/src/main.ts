import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { fileUrlsOf } from '@tikitu/storage/file-env'
import { openFileStore } from '@tikitu/storage/open-store'
import { readEnv, storeSettings } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { createPartner } from './server.ts'

const env = readEnv()
const files = { fileUrls: fileUrlsOf(env, env.own.PARTNER_FILE_KEYS), store: openFileStore(storeSettings(env)) }

await runSubgraph({
  env,
  create: (deps) => createPartner({ ...deps, ...files }),
  tasks: (deps, transport) => tasks({ ...deps, ...files }, transport),
  crontab,
})
