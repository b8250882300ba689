/** What a provider says when it has taken a message. */
export interface SendReceipt {
  /** What the provider calls the message. */
  providerMessageId: string
}

/** A file that goes with a mail. With a `cid` it is shown inside the text. */
export interface Attachment {
  filename: string
  contentType: string
  content: Buffer
  cid?: string
}

export interface Mail {
  /** The Message-ID. A mail sent twice keeps it, so that mail programs can show it once. */
  id: string
  to: { name: string | null; address: string }
  /** The Reply-To address; null for the sender's. */
  replyTo: string | null
  subject: string
  html: string
  text: string
  attachments: readonly Attachment[]
  /** Where a POST ends mails of this kind (RFC 8058); null for what must be known. */
  unsubscribeUrl: string | null
}

export interface TextMessage {
  /** E.164. */
  to: string
  text: string
  isPromotional: boolean
}

export interface PushMessage {
  title: string
  body: string
  /** What the app opens. */
  link: string | null
  notificationId: string
}

/** One installation of the app. */
export interface PushTarget {
  platform: 'APNS' | 'FCM'
  token: string
  /** What SNS called it before; null when it is to be made known now. */
  endpointArn: string | null
}

/** The ways out of the house. One that is null is off. */
export interface Channels {
  email: ((mail: Mail) => Promise<SendReceipt>) | null
  sms: ((message: TextMessage) => Promise<SendReceipt>) | null
  /** Also tells the name by which the target is to be called next time. */
  push: ((target: PushTarget, message: PushMessage) => Promise<SendReceipt & { endpointArn: string }>) | null
  /** Gives connections back. */
  close: () => Promise<void>
}

/** The provider will never take this message. Everything else that a channel throws may be tried again. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused'
  /** Whether the address itself is dead, so that nothing more must be sent to it. */
  readonly isAddressDead: boolean
  constructor(message: string, isAddressDead: boolean) {
    super(message)
    this.isAddressDead = isAddressDead
  }
}
