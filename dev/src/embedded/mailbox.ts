import { port, readEnvOrExit } from '@tikitu/kit/base/env'
import { foreignHost, foreignOrigin, localNames, refuseForeign } from '@tikitu/kit/base/own-requests'
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
const http = mailbox.getServers()?.api?.server.server
if (!http) throw new Error('the web inbox did not start')
// maildev answers 404 for its page unless HTML is accepted.
http.prependListener('request', ({ url, headers }) => {
  if (url === '/') headers.accept = 'text/html'
})
// maildev lets pages of any site read all mail.
refuseForeign(http, [foreignHost(localNames), foreignOrigin])
