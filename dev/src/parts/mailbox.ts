import { port, readEnvOrExit } from '@tikitu/kit/env'
import { MailDev } from 'maildev'
import { z } from 'zod'

const env = readEnvOrExit({
  TIKITU_SMTP_PORT: port,
  TIKITU_MAILBOX_PORT: port,
  TIKITU_MAILBOX_DIRECTORY: z.string(),
})

const mailbox = new MailDev({
  smtp: env.TIKITU_SMTP_PORT,
  ip: '127.0.0.1',
  web: env.TIKITU_MAILBOX_PORT,
  webIp: '127.0.0.1',
  mailDirectory: env.TIKITU_MAILBOX_DIRECTORY,
  maxEmails: 500,
})

process.once('SIGTERM', async () => {
  await mailbox.stop()
  process.exit(0)
})

await mailbox.start()
