import { runSubgraph } from '@tikitu/kit/service/run-subgraph'
import { openChannels } from './channels/open-channels.ts'
import { channelSettings, publicUrlOf, readEnv } from './env.ts'
import { snsReceiver } from './feedback/sns-receiver.ts'
import { crontab, tasks } from './jobs.ts'
import { purgeRules } from './purge.ts'
import { createNotification } from './server.ts'

const env = readEnv()
const outside = {
  channels: openChannels(channelSettings(env.own)),
  webUrl: env.own.WEB_URL ?? null,
  publicUrl: publicUrlOf(env),
}
const topicArn = env.own.SES_FEEDBACK_TOPIC_ARN
const sns = topicArn ? snsReceiver({ topicArn }) : null

await runSubgraph({
  env,
  create: (deps) => createNotification({ ...deps, ...outside, sns }),
  tasks: (deps, transport) => tasks({ ...deps, ...outside }, transport),
  crontab,
  purgeRules,
})
