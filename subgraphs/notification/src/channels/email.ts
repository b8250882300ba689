import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import { createTransport, type Transporter } from 'nodemailer'
import { type Channels, DeliveryRefused, type Mail } from './channel.ts'

export interface SmtpSettings {
  url: string
  /** `Tikitu <tickets@example.org>` */
  from: string
}

export interface SesSettings {
  region: string
  from: string
  /** Only to talk to something else than AWS. */
  endpoint?: string | undefined
  /** The configuration set that publishes bounces, complaints and deliveries. */
  configurationSet?: string | undefined
}

interface EmailChannel {
  send: NonNullable<Channels['email']>
  close: () => void
}

/** Mail over SMTP, on a few connections that are kept. Every step has a limit, so a silent server delays nobody for long. */
export function smtpChannel({ url, from }: SmtpSettings): EmailChannel {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 4,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    close: () => transport.close(),
    send: async (mail) => {
      const sent = await transport.sendMail(toMessage(mail, from)).catch((error: SmtpError) => {
        throw refusalOfSmtp(error)
      })
      return { providerMessageId: String(sent.messageId) }
    },
  }
}

/** Mail over the API of AWS SES, as a whole MIME message. */
export function sesChannel({ region, from, endpoint, configurationSet }: SesSettings): EmailChannel {
  const sesClient = new SESv2Client({
    region,
    ...(endpoint ? { endpoint } : {}),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000 },
  })
  const transport: Transporter = createTransport({ SES: { sesClient, SendEmailCommand } })
  return {
    close: () => sesClient.destroy(),
    send: async (mail) => {
      const options = configurationSet ? { ses: { ConfigurationSetName: configurationSet } } : {}
      const sent = await transport.sendMail({ ...toMessage(mail, from), ...options }).catch((error: Error) => {
        throw isRefusedBySes(error) ? new DeliveryRefused(`${error.name}: ${error.message}`, false) : error
      })
      return { providerMessageId: String(sent.response) }
    },
  }
}

/** Whether SES will not take this message later either. A sender that is not verified is a mistake in the settings, which somebody mends. */
function isRefusedBySes({ name, message }: Error): boolean {
  return name === 'BadRequestException' || (name === 'MessageRejected' && !/not verified/i.test(message))
}

interface SmtpError extends Error {
  code?: string
  responseCode?: number
  command?: string
}

/** Only a rejection of this message is final. A 5xx to the login or greeting may be temporary. */
function refusalOfSmtp(error: SmtpError): Error {
  const isFinal = (error.responseCode ?? 0) >= 500 && (error.code === 'EENVELOPE' || error.code === 'EMESSAGE')
  if (!isFinal) return error
  return new DeliveryRefused(error.message, error.command === 'RCPT TO' && deadMailbox.has(error.responseCode ?? 0))
}

/** RFC 5321, 4.2.3: no such mailbox, not here, not allowed as a name. */
const deadMailbox = new Set([550, 551, 553])

/** RFC 2369 and RFC 8058: mail programs show a button, and send a POST when it is pressed. */
function unsubscribeHeaders({ unsubscribeUrl }: Mail): Record<string, string> {
  if (!unsubscribeUrl) return {}
  return { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

function toMessage(mail: Mail, from: string) {
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
  return {
    from,
    to: mail.to.name ? { name: mail.to.name, address: mail.to.address } : mail.to.address,
    ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.id}@${domain}>`,
    headers: { 'X-Entity-Ref-ID': mail.id, 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(mail) },
    attachments: mail.attachments.map(({ cid, ...file }) => ({
      ...file,
      ...(cid ? { cid, contentDisposition: 'inline' as const } : {}),
    })),
  }
}
