import { waitFor } from './wait-for.ts'

/** A mail in the embedded mailbox. */
export interface Mail {
  id: string
  subject: string
  text: string
  html: string
  to: { address: string }[]
  attachments?: { fileName?: string; generatedFileName?: string; contentType: string }[]
}

/** Waits for a mail to `address` that matches; by default for any. */
export async function receiveMail(
  mailboxUrl: string,
  address: string,
  matches: (mail: Mail) => boolean = () => true,
): Promise<Mail> {
  return await waitFor(`a mail to ${address}`, async () => {
    const mails = await listMails(mailboxUrl, address)
    return mails.find(matches)
  })
}

/** All mails to `address`. */
export async function listMails(mailboxUrl: string, address: string): Promise<Mail[]> {
  const response = await fetch(`${mailboxUrl}/api/email`)
  const mails = (await response.json()) as Mail[]
  return mails.filter((mail) => mail.to.some((to) => to.address === address))
}

/** Waits for a mail with a six-digit code from Cognito, and returns the code. */
export async function receiveCode(mailboxUrl: string, address: string): Promise<string> {
  const { text } = await receiveMail(mailboxUrl, address, (mail) => /\b\d{6}\b/.test(mail.text))
  return text.match(/\b\d{6}\b/)?.[0] ?? ''
}

/** Downloads an attachment. */
export async function readAttachment(mailboxUrl: string, mail: Mail, fileName: string): Promise<Buffer> {
  const response = await fetch(`${mailboxUrl}/api/email/${mail.id}/attachment/${encodeURIComponent(fileName)}`)
  if (!response.ok) throw new Error(`The mailbox has no file ${fileName} in the mail ${mail.subject}.`)
  return Buffer.from(await response.arrayBuffer())
}
