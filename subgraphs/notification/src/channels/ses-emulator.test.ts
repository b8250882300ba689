import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import sesLocal from 'aws-ses-v2-local'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { sesChannel } from './email.ts'

/** As aws-ses-v2-local hands out what was sent. */
interface StoredMail {
  messageId: string
  from: string
  destination: { to: string[] }
  replyTo: string[]
  subject: string
  body: { html?: string; text?: string }
  attachments: { filename?: string; contentType: string; content: string }[]
}

let emulator: Server
let url: string
let channel: ReturnType<typeof sesChannel>

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  emulator = await sesLocal.default({ host: '127.0.0.1', port: 0 })
  if (!emulator.listening) await once(emulator, 'listening')
  url = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`
  channel = sesChannel({ region: 'eu-central-1', endpoint: url, from: 'Tikitu <tickets@tikitu.example>' })
})
afterAll(() => {
  channel.close()
  emulator.closeAllConnections()
  emulator.close()
  vi.unstubAllEnvs()
})

test('an emulator of SES that we did not write takes a whole mail, and its id is the id of the receipt', async () => {
  const receipt = await channel.send({
    id: 'ntf_1',
    to: { name: 'Łucja Żółć', address: 'lu@example.org' },
    replyTo: 'help@tikitu.example',
    subject: 'Čau · 東京',
    html: '<p>Čau</p>',
    text: 'Čau',
    attachments: [{ filename: 'tickets.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') }],
    unsubscribeUrl: 'https://tikitu.example/unsubscribe',
  })
  const { emails } = (await (await fetch(`${url}/store`)).json()) as { emails: StoredMail[] }
  const [mail] = emails
  expect(emails).toHaveLength(1)
  expect(mail?.messageId).toBe(receipt.providerMessageId)
  expect(mail).toMatchObject({
    from: '"Tikitu" <tickets@tikitu.example>',
    destination: { to: ['"Łucja Żółć" <lu@example.org>'] },
    replyTo: ['help@tikitu.example'],
    subject: 'Čau · 東京',
    body: { html: expect.stringContaining('<p>Čau</p>'), text: expect.stringContaining('Čau') },
  })
  expect(mail?.attachments).toMatchObject([{ filename: 'tickets.pdf', contentType: 'application/pdf' }])
  expect(Buffer.from(mail?.attachments[0]?.content ?? '', 'base64').toString()).toBe('%PDF-1.7')
})
