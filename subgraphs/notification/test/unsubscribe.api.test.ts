import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smtpChannel } from '../src/channels/email.ts'
import type { Category } from '../src/db/columns.ts'
import { notify } from '../src/domain/announcements/notify.ts'
import { getPreferences, updatePreferences } from '../src/domain/preferences/preferences.ts'
import { channelsWith, ctxOf, deliverAll, issued, migrations, notificationOn, person, take } from './factories.ts'
import { startMailServer } from './mail-server.ts'

const database = useDatabase(migrations)
const mailServer = await startMailServer()
const smtp = smtpChannel({ url: mailServer.url, from: 'Tikitu <tickets@tikitu.example>' })

let service: Server
let publicUrl: string
beforeAll(async () => {
  service = (await notificationOn(database)).createServer().listen(0, '127.0.0.1')
  await once(service, 'listening')
  publicUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
afterAll(async () => {
  smtp.close()
  await mailServer.close()
  service.closeAllConnections()
  service.close()
})

const ctx = () => ctxOf(database, { channels: channelsWith({ email: smtp.send }), publicUrl })
const texts = [{ locale: 'en', title: 'New season', body: 'It opens on Monday.' }]
let sent = 0

async function announce(userId: string, category: Category) {
  await notify(ctx(), {
    kind: 'CUSTOM',
    cause: `news:${sent++}`,
    to: [{ userId }],
    data: { texts, link: null },
    channels: ['EMAIL'],
    category,
  })
  return await deliverAll(ctx(), userId)
}

function newestMailTo(address: string | null) {
  return mailServer.mails.filter((mail) => JSON.stringify(mail.to).includes(String(address))).at(-1)
}

function linkIn(mail: ReturnType<typeof newestMailTo>): string {
  const list = mail?.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line ?? ''
  return /<(.*)>/s.exec(list.replace(/\s+/g, ''))?.[1] ?? ''
}

const choiceOf = async (userId: string, category: Category) =>
  (await getPreferences(ctxOf(database, { viewer: testUser({ userId }) }), userId))?.choices.find(
    (choice) => choice.category === category && choice.channel === 'EMAIL',
  )?.isEnabled

test('one POST to the link of a marketing mail ends them, and says nothing about other categories', async () => {
  const ada = await person(ctx(), { marketingConsent: true })
  expect(await announce(ada.userId, 'MARKETING')).toMatchObject({ EMAIL: 'SENT' })
  const mail = newestMailTo(ada.email)
  const link = linkIn(mail)
  expect(link).toMatch(new RegExp(`^${publicUrl}/unsubscribe/[\\w-]{32}$`))
  expect(mail?.headerLines.find(({ key }) => key === 'list-unsubscribe-post')?.line).toMatch(
    /List-Unsubscribe=One-Click$/,
  )
  expect(mail?.text).toContain(link)
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
  const answers = await Promise.all([1, 2].map(() => fetch(link, { method: 'POST', body })))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await choiceOf(ada.userId, 'MARKETING')).toBe(false)
  expect(await choiceOf(ada.userId, 'ANNOUNCEMENTS')).toBe(true)
  expect(Object.values(await announce(ada.userId, 'MARKETING'))).toContain('PREFERENCE_OFF')
})

test('looking at the link changes nothing, and the page asks', async () => {
  const ada = await person(ctx())
  await announce(ada.userId, 'ANNOUNCEMENTS')
  const link = linkIn(newestMailTo(ada.email))
  const page = await fetch(link)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).toContain('<form method="post">')
  expect(await choiceOf(ada.userId, 'ANNOUNCEMENTS')).toBe(true)
})

test('the same link is in every mail to a person, and works again after they came back', async () => {
  const ada = await person(ctx())
  await announce(ada.userId, 'ANNOUNCEMENTS')
  const link = linkIn(newestMailTo(ada.email))
  await fetch(link, { method: 'POST' })
  const viewer = testUser({ userId: ada.userId })
  await updatePreferences(ctxOf(database, { viewer }), {
    choices: [{ category: 'ANNOUNCEMENTS', channel: 'EMAIL', isEnabled: true }],
  })
  await announce(ada.userId, 'ANNOUNCEMENTS')
  expect(linkIn(newestMailTo(ada.email))).toBe(link)
  await fetch(link, { method: 'POST' })
  expect(await choiceOf(ada.userId, 'ANNOUNCEMENTS')).toBe(false)
})

test('a link that nobody was sent is not found', async () => {
  for (const method of ['GET', 'POST']) {
    expect((await fetch(`${publicUrl}/unsubscribe/nonsense`, { method })).status).toBe(404)
  }
})

test('mail that must be known has no such link', async () => {
  const ada = await person(ctx())
  await take(ctx(), 'booking.ticketsIssued', issued(ada.userId))
  await deliverAll(ctx(), ada.userId)
  expect(linkIn(newestMailTo(ada.email))).toBe('')
})
