import { renderQrPng } from '@tikitu/ticket-pdf/qr'
import readQr from 'jsqr'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MailServer, startMailServer } from '../../test/mail-server.ts'
import { DeliveryRefused, type Mail } from './channel.ts'
import { smtpChannel } from './email.ts'

let server: MailServer
let channel: ReturnType<typeof smtpChannel>

beforeAll(async () => {
  server = await startMailServer()
  channel = smtpChannel({ url: server.url, from: 'Tikitu <tickets@tikitu.example>' })
})

afterAll(async () => {
  channel.close()
  await server.close()
})

function mail(overrides: Partial<Mail> = {}): Mail {
  return {
    id: 'ntf_1',
    to: { name: 'Łucja "Lu" Żółć', address: 'lu@example.org' },
    replyTo: 'help@tikitu.example',
    subject: 'Čau · 東京',
    html: '<p>Čau <img src="cid:a@tikitu"></p>',
    text: 'Čau',
    attachments: [],
    unsubscribeUrl: null,
    ...overrides,
  }
}

test('a mail arrives as it was written, with its images inside and its files beside', async () => {
  const attachments = [
    { filename: 'a.png', contentType: 'image/png', content: await renderQrPng('code-a'), cid: 'a@tikitu' },
    { filename: 'b.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.7') },
  ]
  const { providerMessageId } = await channel.send(mail({ attachments }))
  const got = server.mails.at(-1)
  expect(got).toMatchObject({
    subject: 'Čau · 東京',
    text: expect.stringMatching(/^Čau\s*$/),
    messageId: '<ntf_1@tikitu.example>',
  })
  expect(providerMessageId).toBe('<ntf_1@tikitu.example>')
  expect(got?.to).toMatchObject({ value: [{ name: 'Łucja "Lu" Żółć', address: 'lu@example.org' }] })
  expect(got?.replyTo).toMatchObject({ value: [{ address: 'help@tikitu.example' }] })
  const [image, file] = got?.attachments ?? []
  expect(image).toMatchObject({ cid: 'a@tikitu', related: true, contentDisposition: 'inline' })
  const png = PNG.sync.read(image?.content as Buffer)
  expect(readQr.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data).toBe('code-a')
  expect(file).toMatchObject({ filename: 'b.pdf', contentType: 'application/pdf', contentDisposition: 'attachment' })
})

test('a mailbox that does not exist is final, and the address is dead', async () => {
  server.refuse(550)
  const error = await channel.send(mail()).catch((each: unknown) => each)
  server.refuse(null)
  expect(error).toBeInstanceOf(DeliveryRefused)
  expect(error).toMatchObject({ isAddressDead: true })
})

test('a full mailbox is final for this mail, and the address lives', async () => {
  server.refuse(552)
  const error = await channel.send(mail()).catch((each: unknown) => each)
  server.refuse(null)
  expect(error).toMatchObject({ name: 'DeliveryRefused', isAddressDead: false })
})

test('a server that is busy or away may be asked again', async () => {
  server.refuse(450)
  const busy = await channel.send(mail()).catch((each: unknown) => each)
  server.refuse(null)
  expect(busy).toBeInstanceOf(Error)
  expect(busy).not.toBeInstanceOf(DeliveryRefused)
  const nobody = smtpChannel({ url: 'smtp://127.0.0.1:9', from: 'a@b.example' })
  const away = await nobody.send(mail()).catch((each: unknown) => each)
  nobody.close()
  expect(away).toBeInstanceOf(Error)
  expect(away).not.toBeInstanceOf(DeliveryRefused)
})
