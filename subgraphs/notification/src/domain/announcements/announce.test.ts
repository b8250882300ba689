import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import readQr from 'jsqr'
import type { ParsedMail } from 'mailparser'
import { PNG } from 'pngjs'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  channelsWith,
  ctxOf,
  deliverAll,
  fakeMailServer,
  issued,
  later,
  messageByChannel,
  messagesTo,
  migrations,
  person,
  receiveDecision,
  sampleFor,
  take,
  timelineOf,
} from '../../../test/factories.ts'
import { type MailServer, startMailServer } from '../../../test/mail-server.ts'
import { smtpChannel } from '../../channels/email.ts'

const database = useDatabase(migrations)

let server: MailServer
let smtp: ReturnType<typeof smtpChannel>

beforeAll(async () => {
  server = await startMailServer()
  smtp = smtpChannel({ url: server.url, from: 'Tikitu <tickets@tikitu.example>' })
})

afterAll(async () => {
  smtp.close()
  await server.close()
})

function overSmtp() {
  return ctxOf(database, { channels: channelsWith({ email: smtp.send }), webUrl: 'https://web.example' })
}

function mailTo(address: string | null): ParsedMail[] {
  return server.mails.filter((mail) => JSON.stringify(mail.to).includes(String(address)))
}

test('brings the customer a mail with a QR per ticket and a PDF with all of them, and a message in the app', async () => {
  const ctx = overSmtp()
  const ada = await person(ctx)
  const tickets = issued(ada.userId)
  await take(ctx, 'booking.ticketsIssued', tickets)
  expect(await deliverAll(ctx, ada.userId)).toEqual({ EMAIL: 'SENT', IN_APP: 'DELIVERED' })

  const [mail, ...more] = mailTo(ada.email)
  expect(more).toEqual([])
  expect(mail?.subject).toBe('Your tickets for Hamlet')
  const images = mail?.attachments.filter((file) => file.contentType === 'image/png') ?? []
  const codes = images.map((image) => {
    const png = PNG.sync.read(image.content)
    return readQr.default(new Uint8ClampedArray(png.data), png.width, png.height)?.data
  })
  expect(codes).toEqual(tickets.tickets.map((ticket) => ticket.code))
  // mailparser puts the images that the text shows in its place.
  expect(mail?.html).toMatch(/(<img src="data:image\/png.*){2}/s)
  const pdf = mail?.attachments.find((file) => file.contentType === 'application/pdf')
  expect(pdf?.filename).toBe(`tickets-${tickets.reference}.pdf`)
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf?.content as Buffer)))
  expect(text).toHaveLength(2)
  expect(text[1]).toContain('Stalls, row C, seat 13')
  expect(mail?.text).toContain('Tuesday, 1 June 2027, 19:30')
  expect(mail?.text).toContain(`https://web.example/bookings/${tickets.bookingId}`)

  const inApp = await messageByChannel(ctx, ada.userId, 'IN_APP')
  expect(inApp).toMatchObject({ title: 'Your tickets are here: Hamlet', subjectId: tickets.bookingId })
  const email = await messageByChannel(ctx, ada.userId, 'EMAIL')
  expect(await timelineOf(ctx, email.id)).toEqual(['CREATED', 'QUEUED', 'SENDING', 'SENT'])
})

test('speaks the language of the reader, and falls back to English', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const budi = await person(ctx, { locale: 'id-ID' })
  const zoe = await person(ctx, { locale: 'el' })
  for (const { userId } of [budi, zoe]) {
    await take(ctx, 'booking.ticketsIssued', issued(userId))
    await deliverAll(ctx, userId)
  }
  expect(mails[0]).toMatchObject({ subject: 'Tiket Anda untuk Hamlet' })
  expect(mails[0]?.text).toMatch(/Selasa, 0?1 Juni 2027/)
  expect(mails[0]?.html).toContain('<html lang="id">')
  expect(mails[1]).toMatchObject({ subject: 'Your tickets for Hamlet' })
  expect(mails[1]?.text).toContain('Tuesday, 1 June 2027')
})

test('the mail is a receipt: seats and fees, what was paid, and the tax in it', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const told = async (receipt?: object) => {
    const ada = await person(ctx)
    await take(ctx, 'booking.ticketsIssued', { ...issued(ada.userId), receipt })
    await deliverAll(ctx, ada.userId)
    return mails.at(-1)?.text ?? ''
  }
  const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
  const full = await told({ seats: euros(9000), fees: euros(850), tax: euros(896) })
  const receipt =
    'Seats: €90.00\nFees: €8.50\nPaid: €98.50\nTax included: €8.96\nRefunds: Tickets can be returned until Mon'
  expect(full).toContain(receipt)
  const plain = await told({ seats: euros(9850), fees: euros(0), tax: euros(0) })
  for (const word of ['Seats', 'Fees', 'Tax']) expect(plain).not.toContain(`${word}:`)
  expect(await told()).not.toContain('Fees')
})

test('tells the same fact once, also when it is told twice at the same instant under other event ids', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const tickets = issued(ada.userId)
  await Promise.all([1, 2, 3].map(() => take(ctx, 'booking.ticketsIssued', tickets)))
  expect(await messagesTo(ctx, ada.userId)).toHaveLength(2)
  await Promise.all([1, 2, 3].map(() => deliverAll(ctx, ada.userId)))
  expect(mails).toHaveLength(1)
})

test('tickets that come before anything is known of the customer wait, and go out as soon as it is', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const userId = newId('usr')
  await take(ctx, 'booking.ticketsIssued', issued(userId))
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'RETRY_WAIT', IN_APP: 'RETRY_WAIT' })
  await person(ctx, { userId, email: null })
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'RETRY_WAIT', IN_APP: 'DELIVERED' })
  await person(ctx, { userId, version: 2 })
  const email = await messageByChannel(ctx, userId, 'EMAIL')
  expect(email.notBefore).toBeNull()
  expect(await deliverAll(ctx, userId)).toMatchObject({ EMAIL: 'SENT' })
  expect(mails).toHaveLength(1)
})

test('a ticket cancelled before its mail has left is not in the mail; with none left there is no mail', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const one = issued(ada.userId)
  const both = issued(ada.userId)
  const cancel = async (tickets: typeof one, count: number) => {
    const cancellation = sampleFor('TICKETS_CANCELLED', ada.userId) as object
    const ticketIds = tickets.tickets.slice(0, count).map((ticket) => ticket.ticketId)
    await take(ctx, 'booking.ticketsCancelled', { ...cancellation, ticketIds })
  }
  await take(ctx, 'booking.ticketsIssued', one)
  await cancel(one, 1)
  // The order in which facts come is never assumed.
  await cancel(both, 2)
  await take(ctx, 'booking.ticketsIssued', both)
  await deliverAll(ctx, ada.userId)
  const issues = mails.filter((mail) => mail.subject.startsWith('Your'))
  expect(issues.map((mail) => mail.subject)).toEqual(['Your ticket for Hamlet'])
  expect(issues[0]?.text).toContain('seat 13')
  expect(issues[0]?.text).not.toContain('seat 12')
  expect(issues[0]?.attachments.map(({ filename }) => filename.replace(/^tkt_.*png/, 'qr.png'))).toEqual([
    'qr.png',
    'tickets-K7QM-2F9D.pdf',
    'event.ics',
  ])
})

test('nobody hears of a failed payment who has paid with another card meanwhile', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const bob = await person(ctx)
  const tickets = issued(ada.userId)
  const failure = { ...(sampleFor('PAYMENT_FAILED', ada.userId) as object), bookingId: tickets.bookingId }
  await take(ctx, 'payment.failed', failure)
  await take(ctx, 'payment.failed', sampleFor('PAYMENT_FAILED', bob.userId))
  const message = await messageByChannel(ctx, ada.userId, 'EMAIL')
  expect(message).toMatchObject({ status: 'SCHEDULED', notBefore: later(ctx, 5).now() })
  await take(ctx, 'booking.ticketsIssued', tickets)
  await deliverAll(later(ctx, 5), ada.userId)
  await deliverAll(later(ctx, 5), bob.userId)
  expect(mails.map((mail) => mail.subject)).toEqual([
    'Your tickets for Hamlet',
    'Your payment of €98.50 did not go through',
  ])
})

test.each([
  {
    event: 'booking.rejected',
    kind: 'BOOKING_REJECTED',
    subject: 'No tickets for Hamlet: your refund is on its way',
    part: '€98.50',
  },
  {
    event: 'booking.ticketsCancelled',
    kind: 'TICKETS_CANCELLED',
    subject: 'Cancelled: a ticket for Hamlet',
    part: '€40.00',
  },
  {
    event: 'payment.refunded',
    kind: 'PAYMENT_REFUNDED',
    subject: 'Your refund of €40.00 is on its way',
    part: 'cancelled tickets',
  },
  {
    event: 'payment.issueChanged',
    kind: 'PAYMENT_ISSUE',
    subject: 'About €93.50 for your booking K7QM-2F9D',
    part: 'You will get your tickets or a full refund',
  },
] as const)('tells the customer of $event', async ({ event, kind, subject, part }) => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const fact = sampleFor(kind, ada.userId) as object
  await take(ctx, event, fact)
  await take(ctx, event, sampleFor(kind, newId('usr')))
  if (event !== 'payment.refunded') await receiveDecision(ctx, fact, kind === 'BOOKING_REJECTED' ? 9850 : 4000)
  expect(await deliverAll(ctx, ada.userId)).toMatchObject({ EMAIL: 'SENT', IN_APP: 'DELIVERED' })
  expect(mails).toHaveLength(1)
  expect(mails[0]).toMatchObject({ subject })
  expect(mails[0]?.text).toContain(part)
  expect(mails[0]?.to.address).toBe(ada.email)
})

test.each([
  ['PLACES_TAKEN', 'No tickets for Hamlet: your refund is on its way', 'somebody else had taken the seats'],
  ['SALES_ENDED', 'No tickets for Hamlet: your refund is on its way', 'after ticket sales had closed'],
  ['BOOKING_CANCELLED', 'No tickets for Hamlet: your refund is on its way', 'You cancelled your booking'],
  ['PLACE_LIMIT_REACHED', 'No tickets for Hamlet: your refund is on its way', 'maximum number of tickets'],
  ['PERFORMANCE_CANCELLED', 'No tickets for Hamlet: your refund is on its way', 'cancelled before'],
  ['ALREADY_PAID', 'Hamlet was paid twice: your refund is on its way', 'Your tickets stay valid'],
  ['BOOKING_CLOSED', 'No tickets for Hamlet: your refund is on its way', 'We could not complete your booking'],
])('says truly why a payment goes back: %s', async (reason, subject, part) => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const rejected = sampleFor('BOOKING_REJECTED', ada.userId) as object
  await take(ctx, 'booking.rejected', { ...rejected, reason })
  await receiveDecision(ctx, rejected, 9850)
  await deliverAll(ctx, ada.userId)
  expect(mails[0]).toMatchObject({ subject })
  expect(mails[0]?.text.replace(/\s+/g, ' ')).toContain(part)
})

test('tells every owner each decision on their application', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const owners = [await person(ctx), await person(ctx)]
  const decided = { ...(sampleFor('APPLICATION_DECIDED', '') as object), ownerIds: owners.map((owner) => owner.userId) }
  await take(ctx, 'partner.applicationDecided', decided)
  await take(ctx, 'partner.applicationDecided', { ...decided, decision: 'VERIFIED', reason: null })
  for (const { userId } of owners) await deliverAll(ctx, userId)
  expect(mails.map((mail) => mail.subject).toSorted()).toEqual([
    'Please update your application',
    'Please update your application',
    'Teater Jakarta can start selling',
    'Teater Jakarta can start selling',
  ])
})

test('brings an invitation to somebody without an account, in their language once they have one; never too late', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const invite = async (email: string, overrides = {}) => {
    const sample = sampleFor('MEMBER_INVITED', '') as object
    await take(ctx, 'partner.memberInvited', { ...sample, email, expiresAt: '2027-03-08T00:00:00Z', ...overrides })
    return await deliverAll(ctx, email.toLowerCase())
  }
  expect(await invite('Grace@Example.org')).toEqual({ EMAIL: 'SENT' })
  expect(mails[0]).toMatchObject({
    subject: 'You are invited to join a team on Tikitu',
    to: { address: 'grace@example.org' },
  })
  expect(mails[0]?.text).toContain('Invitation: sample-token')
  const budi = await person(ctx, { locale: 'id' })
  expect(await invite(String(budi.email))).toEqual({ EMAIL: 'SENT' })
  expect(mails[1]?.subject).toBe('Anda diundang bergabung dengan tim di Tikitu')
  expect(await invite('late@example.org', { expiresAt: '2027-03-01T12:00:00Z' })).toEqual({ EMAIL: 'NOT_RELEVANT' })
})

test('answers go to the partner’s own address where one is set, else to the platform’s', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const key = 'notification.supportEmail'
  await take(ctx, 'admin.configChanged', { key, scope: 'platform', value: 'all@example.org', version: 1 })
  await take(ctx, 'admin.configChanged', { key, scope: 'ptr_own', value: 'own@example.org', version: 1 })
  for (const partnerId of ['ptr_own', 'ptr_none']) {
    await take(ctx, 'booking.ticketsIssued', issued(ada.userId, { partnerId }))
  }
  await deliverAll(ctx, ada.userId)
  expect(mails.map((mail) => mail.replyTo).toSorted()).toEqual(['all@example.org', 'own@example.org'])
  expect(mails[0]?.text).toContain(`Email ${mails[0]?.replyTo}`)
})
