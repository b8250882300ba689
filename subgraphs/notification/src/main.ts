import { runSubgraph } from '@tikitu/kit/run-subgraph'
import { openChannels } from './channels/open-channels.ts'
import { channelSettings, readEnv } from './env.ts'
import { crontab, tasks } from './jobs.ts'
import { purgeRules } from './purge.ts'
import { createNotification } from './server.ts'

const env = readEnv()
const outside = { channels: openChannels(channelSettings(env.own)), webUrl: env.own.WEB_URL ?? null }

await runSubgraph({
  env,
  create: (deps) => createNotification({ ...deps, ...outside }),
  tasks: (deps, transport) => tasks({ ...deps, ...outside }, transport),
  crontab,
  purgeRules,
})
