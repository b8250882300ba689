import type { Viewer } from '@tikitu/kit/auth/viewer'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { kinds } from '../src/db/columns.ts'
import {
  admin,
  ctxOf,
  deliverAll,
  fakeMailServer,
  fieldOf,
  migrations,
  notificationOn,
  person,
  refusalOf,
  sampleFor,
  take,
} from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, variables: object) {
  return await callAs(await notificationOn(database), viewer, { query, variables: { ...variables } })
}

const update = `mutation ($input: UpdateNotificationTemplateInput!) { updateNotificationTemplate(input: $input) {
  __typename ... on NotificationTemplate { version title locale changedAt } ... on Refusal { code message } ... on TemplateInvalid { problems } ... on VersionConflict { currentVersion } } }`
const preview = `query ($input: PreviewNotificationTemplateInput!) { previewNotificationTemplate(input: $input) {
  __typename ... on NotificationPreview { locale title text html } ... on TemplateProblems { problems } } }`
const list = `query ($filter: NotificationTemplateFilter) { notificationTemplates(filter: $filter) {
  kind channel locale version title variables requiredVariables } }`

const refundText = {
  kind: 'PAYMENT_REFUNDED',
  channel: 'EMAIL',
  locale: 'en',
  expectedVersion: 0,
  title: '{{amount}} back',
  body: 'Booking {{reference}}: {{amount}}.',
}

test('lists every text in use with the names it may use', async () => {
  const { data, errors } = await call(admin, list, {})
  expect(errors).toBeUndefined()
  const all = data?.['notificationTemplates'] as { kind: string }[]
  expect(new Set(all.map((template) => template.kind)).size).toBe(kinds.length)
  const tickets = await call(admin, list, { filter: { kind: 'TICKETS_ISSUED', channel: 'EMAIL', locale: 'id' } })
  expect(tickets.data?.['notificationTemplates']).toMatchObject([
    {
      version: 0,
      title: 'Tiket Anda untuk {{eventTitle}}',
      variables: expect.arrayContaining(['eventTitle', 'tickets', 'tickets.placeLabel']),
      requiredVariables: expect.arrayContaining(['tickets.cid']),
    },
  ])
})

test('a text that staff wrote is used from the next message on, and only in its own language', async () => {
  const { data } = await call(admin, update, { input: refundText })
  expect(data).toMatchObject({ updateNotificationTemplate: { __typename: 'NotificationTemplate', version: 1 } })
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  for (const locale of ['en-US', 'id']) {
    const { userId } = await person(ctx, { locale })
    await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
    await deliverAll(ctx, userId)
  }
  expect(mails.map((mail) => mail.subject)).toEqual(['€40.00 back', expect.stringContaining('sedang dikembalikan')])
  const audits = (await outboxOf(database.db)).filter(({ event }) => event.subject === 'PAYMENT_REFUNDED/EMAIL/en')
  expect(audits).toMatchObject([{ to: 'admin', event: { data: { changes: { version: 1 } } } }])
})

test('a language that is new to us is used for those who read it', async () => {
  const text = { ...refundText, kind: 'PAYMENT_FAILED', locale: 'fr', title: '{{amount}} : paiement refusé' }
  const { data } = await call(admin, update, { input: text })
  expect(data).toMatchObject({ updateNotificationTemplate: { version: 1, locale: 'fr' } })
  const answer = await call(admin, preview, { input: { kind: 'PAYMENT_FAILED', channel: 'EMAIL', locale: 'fr-CA' } })
  expect(answer.data).toMatchObject({
    previewNotificationTemplate: { locale: 'fr', title: '98,50 € : paiement refusé' },
  })
})

test('of two changes to the same version one is refused', async () => {
  const text = { ...refundText, channel: 'IN_APP' }
  const answers = await Promise.all([call(admin, update, { input: text }), call(admin, update, { input: text })])
  const codes = answers.map((answer) => refusalOf(answer, 'updateNotificationTemplate')?.code ?? 'done')
  expect(codes.toSorted()).toEqual(['VERSION_CONFLICT', 'done'])
  const stale = await call(admin, update, { input: text })
  expect(refusalOf(stale, 'updateNotificationTemplate')).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: 1 })
  const next = await call(admin, update, { input: { ...text, expectedVersion: 1 } })
  expect(next.data).toMatchObject({ updateNotificationTemplate: { version: 2 } })
  const ahead = await call(admin, update, { input: { ...text, expectedVersion: 7 } })
  expect(refusalOf(ahead, 'updateNotificationTemplate')).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: 2 })
})

test('of two changes that expect no version both are kept, one after the other', async () => {
  const { expectedVersion: _any, ...text } = { ...refundText, channel: 'PUSH' }
  const answers = await Promise.all([call(admin, update, { input: text }), call(admin, update, { input: text })])
  const versions = answers.map((answer) => fieldOf<{ version: number }>(answer, 'updateNotificationTemplate').version)
  expect(versions.toSorted()).toEqual([1, 2])
})

test('a text that would not work is refused with all that is wrong with it', async () => {
  const text = {
    kind: 'TICKETS_ISSUED',
    channel: 'EMAIL',
    locale: 'en',
    expectedVersion: 0,
    title: '',
    body: '{{nobody}}',
  }
  const { data } = await call(admin, update, { input: text })
  expect(data).toMatchObject({
    updateNotificationTemplate: { __typename: 'TemplateInvalid', code: 'TEMPLATE_INVALID' },
  })
  const { problems } = fieldOf<{ problems: string[] }>({ data }, 'updateNotificationTemplate')
  expect(problems).toContain('title: must not be empty')
  expect(problems).toContain('body: unknown variable nobody')
  expect(problems).toContain('tickets.cid is required, and the template does not use it')
  const unused = await call(admin, update, { input: { ...text, channel: 'SMS' } })
  expect(refusalOf(unused, 'updateNotificationTemplate')).toMatchObject({ code: 'BAD_USER_INPUT' })
})

test('shows a text as its reader would see it, its images inside; a draft too, unless it would not work', async () => {
  const key = { kind: 'TICKETS_ISSUED', channel: 'EMAIL', locale: 'en' }
  const { data } = await call(admin, preview, { input: key })
  const shown = data?.['previewNotificationTemplate'] as { html: string; text: string; title: string }
  expect(shown.title).toBe('Your tickets for Hamlet')
  expect(shown.html.match(/src="data:image\/png;base64,/g)).toHaveLength(2)
  expect(shown.text).toContain('Stalls, row C, seat 12')
  const sms = { kind: 'CUSTOM', channel: 'SMS', locale: 'id' }
  const draft = { title: '', body: 'Halo {{name}}: {{title}}' }
  expect((await call(admin, preview, { input: { ...sms, draft } })).data).toMatchObject({
    previewNotificationTemplate: { title: '', text: 'Halo Ada Lovelace: Musim baru dibuka', html: null },
  })
  const bad = await call(admin, preview, { input: { ...sms, draft: { title: '', body: '{{a}}' } } })
  expect(bad.data).toMatchObject({
    previewNotificationTemplate: { __typename: 'TemplateProblems', problems: ['body: unknown variable a'] },
  })
})

test('is for staff alone', async () => {
  const user = testUser({ groups: ['user', 'partner'] })
  const input = { kind: 'CUSTOM', channel: 'EMAIL', locale: 'en' }
  for (const answer of [await call(user, update, { input: refundText }), await call(user, preview, { input })]) {
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
  }
})
