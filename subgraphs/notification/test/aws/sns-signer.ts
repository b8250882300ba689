import { createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Agent } from 'node:https'
import { type AddressInfo, connect } from 'node:net'

/** The fields of what SNS posts. */
export type SnsFields = Record<string, string>

/** Stands where SNS does: it signs, hands out the certificate of its signatures, and takes confirmations. */
export interface SnsSigner {
  /** Signs as SNS does; version 1, which topics have by default, is SHA-1, and 2 is SHA-256. */
  sign: (fields: SnsFields, version?: '1' | '2') => SnsFields
  /** An agent that ends up here, whatever host of AWS it is sent to. */
  agent: Agent
  /** The confirmations that were followed. */
  confirmed: string[]
  close: () => void
}

const certificateUrl = `https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html: those that a message has, in this order. */
const signedNames = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
}

export async function startSnsSigner(): Promise<SnsSigner> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const confirmed: string[] = []
  const server = createServer((request, response) => {
    if (request.url?.includes('ConfirmSubscription')) confirmed.push(request.url)
    response.end(publicKey.export({ type: 'spki', format: 'pem' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  class LocalAgent extends Agent {
    override createConnection() {
      return connect((server.address() as AddressInfo).port, '127.0.0.1') as never
    }
  }
  return {
    sign(fields, version = '2') {
      const names = signedNames[fields['Type'] === 'SubscriptionConfirmation' ? fields['Type'] : 'Notification']
      const present = names.filter((name) => name in fields)
      const text = present.map((name) => `${name}\n${fields[name]}\n`).join('')
      const Signature = createSign(version === '1' ? 'sha1' : 'sha256')
        .update(text)
        .sign(privateKey, 'base64')
      return { ...fields, SignatureVersion: version, Signature, SigningCertURL: certificateUrl }
    },
    agent: new LocalAgent({ keepAlive: false }),
    confirmed,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
