import type { Channels } from './channel.ts'
import { type SesSettings, type SmtpSettings, sesChannel, smtpChannel } from './email.ts'
import { type SnsSettings, snsChannels } from './sns.ts'

/** How each way out is set up. One without settings is off. */
export interface ChannelSettings {
  smtp: SmtpSettings | null
  ses: SesSettings | null
  sns: SnsSettings | null
}

/** Opens the ways out that are set up. Nothing is connected before the first message. */
export function openChannels({ smtp, ses, sns }: ChannelSettings): Channels {
  const email = ses ? sesChannel(ses) : smtp ? smtpChannel(smtp) : null
  const mobile = sns ? snsChannels(sns) : null
  return {
    email: email?.send ?? null,
    sms: mobile?.sms ?? null,
    push: mobile?.push ?? null,
    close: async () => {
      email?.close()
      await mobile?.close()
    },
  }
}
