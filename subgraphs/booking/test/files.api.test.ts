import { applyAccountStatus } from '@tikitu/kit/access/access-subjects'
import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { fetchFile } from '@tikitu/storage/testing/fetch-file'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { performances } from '../src/db/tables/catalogue.ts'
import { cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { applyUser } from '../src/domain/projections/apply-user.ts'
import { asker } from './ask.ts'
import { bookingOn, ctxOf, house, migrations, openingDay } from './factories.ts'
import { bookingById, bought, member } from './purchases.ts'

const database = useDatabase(migrations)

const ask = asker(database)

const fileFields = '{ url expiresAt fileName contentType }'
const files = /* GraphQL */ `
  query ($id: ID!) {
    booking(id: $id) { ticketsFile ${fileFields} calendarFile ${fileFields} tickets { id code qrFile ${fileFields} passFile ${fileFields} } }
  }
`

interface File {
  url: string
  expiresAt: string
  fileName: string
  contentType: string
}
interface Files {
  ticketsFile: File
  calendarFile: File
  tickets: { id: string; code: string; qrFile: File; passFile: File }[]
}

async function filesOf(viewer: Viewer, id: string): Promise<Files> {
  const { data, errors } = await ask(viewer, files, { id })
  expect(errors).toBeUndefined()
  return (data as { booking: Files }).booking
}

async function download(url: string, { now = openingDay, ...init }: RequestInit & { now?: Date } = {}) {
  const subgraph = await bookingOn(database, now)
  await subgraph.options.access?.refresh()
  return await fetchFile(subgraph.handle, url, init)
}

const errorOf = ({ content }: { content: Buffer }) => JSON.parse(content.toString()).error

test('hands the holder URLs of the PDF, the calendar file and the QR codes, which are downloads', async () => {
  const hall = await house(database)
  const { ctx, booking } = await bought(database, hall)
  const { ticketsFile, calendarFile, tickets } = await filesOf(ctx.viewer, booking.id)
  expect(ticketsFile).toMatchObject({ fileName: `${booking.reference}.pdf`, contentType: 'application/pdf' })
  expect(ticketsFile.url).toContain(`https://api.example/files/booking/${booking.id}.pdf?`)
  expect(Date.parse(ticketsFile.expiresAt)).toBe(openingDay.getTime() + 600_000)
  const pdf = await download(ticketsFile.url)
  expect([pdf.status, pdf.content.subarray(0, 5).toString()]).toEqual([200, '%PDF-'])
  expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename="${booking.reference}.pdf"`)
  expect(pdf.headers.get('cache-control')).toBe('private, no-store')
  const part = await download(ticketsFile.url, { headers: { range: 'bytes=1-3' } })
  expect([part.status, part.content.toString()]).toEqual([206, 'PDF'])
  const calendar = await download(calendarFile.url)
  const { userId } = ctx.viewer as UserViewer
  expect(calendar.headers.get('content-type')).toBe(calendarFile.contentType)
  expect(calendar.content.toString().replace(/\r\n /g, '')).toContain(`UID:${hall.performance.id}.${userId}@tikitu`)
  const qr = await download(tickets[0]?.qrFile.url ?? '')
  expect([qr.headers.get('content-type'), qr.content.subarray(1, 4).toString()]).toEqual(['image/png', 'PNG'])
  const second = tickets[1]
  const pass = JSON.parse((await download(second?.passFile.url ?? '')).content.toString())
  expect(pass).toMatchObject({ serialNumber: second?.id, barcodes: [{ message: second?.code }] })
})

test('hands out no URL to staff, and none of tickets that are not paid', async () => {
  const hall = await house(database)
  const { booking } = await bought(database, hall)
  for (const staff of [testStaff(), await member(database, hall, 'BOX_OFFICE')]) {
    expect((await ask(staff, bookingById, { id: booking.id })).data).toMatchObject({
      booking: {
        ticketsFile: null,
        calendarFile: null,
        tickets: [{ code: null, qrSvg: null, qrFile: null }, { code: null }],
      },
    })
  }
})

test('refuses a URL that was changed or has expired', async () => {
  const { ctx, booking } = await bought(database, await house(database))
  const other = await bought(database, await house(database))
  const { url } = (await filesOf(ctx.viewer, booking.id)).ticketsFile
  const forged = [
    url.replace(booking.id, other.booking.id),
    url.replace(/viewer=\w+/, `viewer=${(other.ctx.viewer as UserViewer).userId}`),
    url.replace(/expires=\d/, 'expires=9'),
    url.split('?')[0] ?? '',
  ]
  for (const each of forged) {
    const refused = await download(each)
    expect([refused.status, errorOf(refused)]).toEqual([403, 'This link is not valid.'])
  }
  const late = await download(url, { now: new Date(openingDay.getTime() + 600_000) })
  expect([late.status, errorOf(late)]).toEqual([403, 'This link has expired. Ask for a new one.'])
})

test('gives nothing by a URL once its tickets are cancelled, and the rest while some are valid', async () => {
  const { ctx, booking, tickets } = await bought(database, await house(database, { cancellationDeadlineHours: 48 }))
  const handedOut = await filesOf(ctx.viewer, booking.id)
  const qrUrl = handedOut.tickets.find(({ id }) => id === tickets[0]?.id)?.qrFile.url ?? ''
  const cancel = (index: number) =>
    cancelTickets(ctxOf(database, ctx.viewer), { bookingId: booking.id, ticketIds: [tickets[index]?.id ?? ''] })
  await cancel(0)
  expect((await download(qrUrl)).status).toBe(404)
  expect((await download(handedOut.ticketsFile.url)).status).toBe(200)
  await cancel(1)
  for (const { url } of [handedOut.ticketsFile, handedOut.calendarFile]) {
    const refused = await download(url)
    expect([refused.status, errorOf(refused)]).toEqual([404, 'This file does not exist any more.'])
  }
})

test('gives nothing to an account that was suspended after the URL was handed out', async () => {
  const { ctx, booking } = await bought(database, await house(database))
  const { url } = (await filesOf(ctx.viewer, booking.id)).ticketsFile
  const { userId } = ctx.viewer as UserViewer
  await applyAccountStatus(ctx, { userId, version: 2, status: 'SUSPENDED' })
  const refused = await download(url)
  expect([refused.status, errorOf(refused)]).toEqual([403, 'This account is suspended. Contact support.'])
})

test('gives a URL that was signed for a stranger nothing', async () => {
  const { ctx, booking, tickets } = await bought(database, await house(database))
  for (const name of [
    `${booking.id}.pdf`,
    `${booking.id}.ics`,
    `${tickets[0]?.id}.png`,
    `${tickets[0]?.id}.json`,
    'bkg_none.pdf',
    'x',
    'tkt_1.exe',
  ]) {
    const purpose = { method: 'GET', path: `/files/booking/${name}`, viewer: testUser(), lifeSeconds: 60 } as const
    expect((await download(ctx.fileUrls.sign(purpose, openingDay).url)).status).toBe(404)
  }
})

test('speaks the language that the holder has chosen, and that of the request where it is not known', async () => {
  const hall = await house(database, { doorsAt: new Date('2027-06-01T17:00:00Z') })
  const { ctx, booking } = await bought(database, hall)
  const { url } = (await filesOf(ctx.viewer, booking.id)).calendarFile
  const doors = async (language: string) =>
    (await download(url, { headers: { 'accept-language': language } })).content.toString()
  expect(await doors('en')).toContain('DESCRIPTION:Doors open at')
  expect(await doors('id')).toContain('DESCRIPTION:Pintu dibuka pukul')
  const { userId } = ctx.viewer as UserViewer
  const person = { status: 'ACTIVE', email: null, phone: null, name: null, timeZone: 'UTC' } as const
  await applyUser(ctx, { ...person, marketingConsent: false, userId, version: 2, locale: 'id-ID' })
  expect(await doors('en')).toContain('DESCRIPTION:Pintu dibuka pukul')
})

test('everybody may subscribe to the calendar of a performance, which follows it; a draft has none', async () => {
  const hall = await house(database, { timeZone: 'Europe/Berlin' })
  const calendarUrl = async (id: string, viewer: Viewer = testUser()) => {
    const { data } = await ask(viewer, `{ performance(id: "${id}") { calendarUrl } }`, {})
    return (data as { performance: { calendarUrl: string } | null }).performance?.calendarUrl
  }
  const url = (await calendarUrl(hall.performance.id)) ?? ''
  expect(url).toBe(`https://api.example/calendars/${hall.performance.id}.ics`)
  const first = await download(url)
  expect(first.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  expect(first.headers.get('cache-control')).toBe('public, max-age=300')
  expect(first.content.toString()).toContain('DTSTART;TZID=Europe/Berlin:20270601T200000\r\n')
  const change = { startsAt: new Date('2027-11-02T19:00:00Z'), status: 'RESCHEDULED' } as const
  await database.db.update(performances).set(change).where(eq(performances.id, hall.performance.id))
  expect((await download(url)).content.toString()).toContain('DTSTART;TZID=Europe/Berlin:20271102T200000\r\n')
  const draft = await house(database, { isDraft: true })
  const manager = await member(database, draft, 'MANAGER')
  expect(await calendarUrl(draft.performance.id, manager)).toBeNull()
  for (const path of [`${draft.performance.id}.ics`, 'prf_none.ics', 'x', `${hall.performance.id}.pdf`]) {
    expect((await download(`https://api.example/calendars/${path}`)).status).toBe(404)
  }
})
