import { EnvError, httpUrl } from '@tikitu/kit/base/env'
import { readServiceEnv } from '@tikitu/kit/service/service-env'
import { servicePorts } from '@tikitu/schema/services'
import { z } from 'zod'
import type { ChannelSettings } from './channels/open-channels.ts'

const own = {
  MAIL_TRANSPORT: z.enum(['smtp', 'ses']).default('smtp'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be an smtp:// or smtps:// URL')
    .optional(),
  MAIL_FROM: z.string().regex(/@/, 'must contain an e-mail address').default('Tikitu <tickets@tikitu.example>'),
  AWS_REGION: z.string().optional(),
  SES_ENDPOINT: httpUrl.optional(),
  SNS_ENDPOINT: httpUrl.optional(),
  SMS_TRANSPORT: z.enum(['sns', 'off']).default('off'),
  SMS_SENDER_ID: z
    .string()
    .regex(/^[A-Za-z0-9]{1,11}$/, 'must be 1 to 11 letters and digits')
    .optional(),
  SNS_APNS_APPLICATION_ARN: z.string().startsWith('arn:').optional(),
  SNS_FCM_APPLICATION_ARN: z.string().startsWith('arn:').optional(),
  WEB_URL: httpUrl.optional(),
  NOTIFICATION_PUBLIC_URL: httpUrl.optional(),
  SES_CONFIGURATION_SET: z.string().optional(),
  SES_FEEDBACK_TOPIC_ARN: z.string().startsWith('arn:aws').optional(),
}

type Own = z.infer<z.ZodObject<typeof own>>

/** Everything this process reads from its environment. Ends the process with a list of mistakes when it is invalid. */
export function readEnv() {
  return readServiceEnv('notification', servicePorts, own)
}

/** How the channels are set up. @throws {EnvError} when one that goes through AWS has no region */
export function channelSettings(values: Own): ChannelSettings {
  const applicationArns = { APNS: values.SNS_APNS_APPLICATION_ARN, FCM: values.SNS_FCM_APPLICATION_ARN }
  const hasSms = values.SMS_TRANSPORT === 'sns'
  const needsSns = hasSms || Object.values(applicationArns).some(Boolean)
  const region = values.AWS_REGION ?? ''
  if (!region && (needsSns || values.MAIL_TRANSPORT === 'ses')) {
    throw new EnvError('The environment is invalid:\n  AWS_REGION: is required for SES, SMS and push')
  }
  const from = values.MAIL_FROM
  const isSes = values.MAIL_TRANSPORT === 'ses'
  return {
    smtp: !isSes && values.SMTP_URL ? { url: values.SMTP_URL, from } : null,
    ses: isSes ? { region, from, endpoint: values.SES_ENDPOINT, configurationSet: values.SES_CONFIGURATION_SET } : null,
    sns: needsSns
      ? { region, endpoint: values.SNS_ENDPOINT, hasSms, smsSenderId: values.SMS_SENDER_ID, applicationArns }
      : null,
  }
}

/**
 * Where the world reaches the paths of this service, at the gateway unless it has an address of its own. NotificationDeps production its port on
 * this machine does, too.
 * @throws {EnvError} in production without one, where mail is sent: marketing mail must carry a link that ends it
 */
export function publicUrlOf(env: ReturnType<typeof readEnv>): string | null {
  const { NOTIFICATION_PUBLIC_URL: publicUrl, SMTP_URL: smtpUrl, MAIL_TRANSPORT: transport } = env.own
  const reached = publicUrl ?? env.publicUrl
  if (reached) return reached
  if (env.nodeEnv !== 'production') return `http://localhost:${env.port}`
  if (!smtpUrl && transport === 'smtp') return null
  throw new EnvError(
    'The environment is invalid:\n  PUBLIC_URL or NOTIFICATION_PUBLIC_URL: one is required to send mail',
  )
}
