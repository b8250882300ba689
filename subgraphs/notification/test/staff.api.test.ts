import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { applyFlagChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import { recordTimeline } from '../src/domain/delivery/record-timeline.ts'
import {
  admin,
  allChannels,
  ctxOf,
  deliverAll,
  fakeMailServer,
  fieldOf,
  issued,
  messagesTo,
  migrations,
  notificationOn,
  person,
  sampleFor,
  take,
} from './factories.ts'

const database = useDatabase(migrations)

async function call(viewer: Viewer, query: string, variables: object = {}) {
  return await callAs(await notificationOn(database, { channels: allChannels() }), viewer, {
    query,
    variables: { ...variables },
  })
}

const send = `mutation ($input: SendNotificationInput!) { sendNotification(input: $input) {
  ... on NotificationBatch { cause queued } ... on Refusal { code message } ... on InvalidInput { fields { field } } } }`
const resend = `mutation ($input: ResendNotificationInput!) { resendNotification(input: $input) {
  ... on Notification { id cause status user { id } timeline { status detail } } ... on Refusal { code message } } }`
const list = `query ($filter: NotificationFilter, $first: Int, $after: String) { notifications(filter: $filter, first: $first, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id kind channel status skipReason address user { id } timeline { status detail } } } } }`

function news(userIds: string[], overrides: object = {}) {
  return {
    userIds,
    texts: [
      { locale: 'en', title: 'The season opens', body: 'On sale **now**.\n\nCome & see.' },
      { locale: 'id', title: 'Musim baru dibuka', body: 'Sudah dapat dipesan.' },
    ],
    category: 'ANNOUNCEMENTS',
    channels: ['EMAIL', 'IN_APP'],
    ...overrides,
  }
}

test('sends staff’s own words to each user in their language, and leaves an audit entry', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels, webUrl: 'https://web.example' })
  const [ada, budi] = [await person(ctx), await person(ctx, { locale: 'id-ID' })]
  const { data } = await call(admin, send, { input: news([ada.userId, budi.userId], { link: '/events' }) })
  const { cause, queued } = fieldOf<{ cause: string; queued: number }>({ data }, 'sendNotification')
  expect(queued).toBe(4)
  for (const { userId } of [ada, budi]) await deliverAll(ctx, userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['The season opens', 'Musim baru dibuka'])
  expect(mails[0]?.html).toContain('Come &#38; see.')
  expect(mails[0]?.text).toContain('https://web.example/events')
  const audits = (await outboxOf(database.db)).filter(({ event }) => event.subject === cause)
  expect(audits).toMatchObject([{ to: 'admin', event: { actor: admin.userId, data: { action: 'sendNotification' } } }])
})

test('sends nothing of staff’s own while announcements are switched off', async () => {
  const ctx = ctxOf(database)
  const { userId } = await person(ctx)
  const off = { key: 'announcements', version: 1, isEnabled: false, percentage: 100, isKilled: false, segments: [] }
  await applyFlagChange(ctx, off)
  const refused = await call(admin, send, { input: news([userId]) })
  expect(refused.data).toMatchObject({ sendNotification: { code: 'INVALID_STATE' } })
  await applyFlagChange(ctx, { ...off, version: 2, isEnabled: true })
  expect((await call(admin, send, { input: news([userId]) })).data).toMatchObject({ sendNotification: { queued: 2 } })
})

test('sends nothing twice under one key', async () => {
  const { userId } = await person(ctxOf(database))
  const input = news([userId], { idempotencyKey: newId('key') })
  const [first, second] = await Promise.all([call(admin, send, { input }), call(admin, send, { input })])
  expect(first.data).toEqual(second.data)
  expect(await messagesTo(ctxOf(database), userId)).toHaveLength(2)
  const other = await call(admin, send, { input: { ...input, channels: ['SMS'] } })
  expect(other.data).toMatchObject({ sendNotification: { code: 'IDEMPOTENCY_CONFLICT' } })
})

test.each([
  ['no users', { userIds: [] }, 'userIds'],
  ['somebody twice', { userIds: Array(2).fill(newId('usr')) }, 'userIds'],
  ['something that is no user', { userIds: ['bkg_1'] }, 'userIds'],
  ['no text', { texts: [] }, 'texts'],
  ['an empty title', { texts: [{ locale: 'en', title: ' ', body: 'x' }] }, 'texts'],
  ['a category that cannot be refused', { category: 'TICKETS' }, 'category'],
  ['no channel', { channels: [] }, 'channels'],
  ['a link that leads elsewhere', { link: '//evil.example' }, 'link'],
])('does not send to or with %s', async (_what, overrides, field) => {
  const { data } = await call(admin, send, { input: news([newId('usr')], overrides) })
  expect(data).toMatchObject({ sendNotification: { code: 'BAD_USER_INPUT', fields: [{ field }] } })
})

test('lists messages by what they are, with everything that happened to them', async () => {
  const ctx = ctxOf(database, { channels: allChannels() })
  const ada = await person(ctx)
  const tickets = issued(ada.userId)
  await take(ctx, 'booking.ticketsIssued', tickets)
  await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', ada.userId))
  await deliverAll(ctx, ada.userId)
  const found = async (filter: object) => {
    const answer = await call(admin, list, { filter: { userId: ada.userId, ...filter }, first: 10 })
    return fieldOf<{ edges: { node: Record<string, unknown> }[] }>(answer, 'notifications').edges.map(
      (edge) => edge.node,
    )
  }
  expect(await found({})).toHaveLength(6)
  expect(await found({ statuses: ['DELIVERED'] })).toHaveLength(2)
  expect(await found({ kinds: ['TICKETS_ISSUED'], channel: 'PUSH' })).toMatchObject([
    {
      skipReason: 'NO_ADDRESS',
      user: { id: ada.userId },
      address: null,
      timeline: [{ status: 'CREATED' }, { status: 'QUEUED' }, { status: 'SKIPPED', detail: 'NO_ADDRESS' }],
    },
  ])
  expect(await found({ subjectId: tickets.bookingId })).toHaveLength(3)
  // By the ids, which hold the moment of the real clock.
  const hoursFromNow = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  expect(await found({ createdAt: { from: hoursFromNow(1) } })).toEqual([])
  expect(await found({ createdAt: { before: hoursFromNow(-1) } })).toEqual([])
  expect(await found({ createdAt: { from: hoursFromNow(-1), before: hoursFromNow(1) } })).toHaveLength(6)
  await take(ctx, 'partner.memberInvited', { ...(sampleFor('MEMBER_INVITED', '') as object), email: 'G@example.org' })
  const invited = await call(admin, list, { filter: { address: 'g@EXAMPLE.org' } })
  expect(invited.data).toMatchObject({ notifications: { edges: [{ node: { address: 'g@example.org', user: null } }] } })
})

test.each([
  ['of a recipient', {}],
  ['by status', { statuses: ['QUEUED', 'SKIPPED'], kinds: ['TICKETS_ISSUED'] }],
])('reads the list %s backwards, page by page', async (_what, filter) => {
  const ada = await person(ctxOf(database))
  for (let i = 0; i < 2; i++) await take(ctxOf(database), 'booking.ticketsIssued', issued(ada.userId))
  const query = `query ($filter: NotificationFilter, $first: Int, $last: Int, $before: String) {
    notifications(filter: $filter, first: $first, last: $last, before: $before) {
      pageInfo { hasPreviousPage startCursor } edges { node { id } } } }`
  const page = async (args: object) => {
    const answer = await call(admin, query, { filter: 'statuses' in filter ? filter : { userId: ada.userId }, ...args })
    return fieldOf<{ edges: object[]; pageInfo: { startCursor: string } }>(answer, 'notifications')
  }
  const { edges } = await page({ first: 100 })
  const end = await page({ last: 2 })
  const previous = await page({ last: 2, before: end.pageInfo.startCursor })
  expect([...previous.edges, ...end.edges]).toEqual(edges.slice(-4))
})

test('shows the latest hundred changes of a message', async () => {
  const ctx = ctxOf(database)
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  const [message] = await messagesTo(ctx, ada.userId)
  for (let i = 0; i < 105; i++)
    await recordTimeline(ctx, [{ id: message?.id ?? '' }], { status: 'QUEUED', detail: `${i}` })
  const query = '{ notifications(filter: { userId: "$" }) { edges { node { id timeline { detail } } } } }'
  const { data } = await call(admin, query.replace('$', ada.userId))
  const { edges } = fieldOf<{ edges: { node: { id: string; timeline: { detail: string }[] } }[] }>(
    { data },
    'notifications',
  )
  const timeline = edges.find(({ node }) => node.id === message?.id)?.node.timeline
  expect(timeline).toHaveLength(100)
  expect(timeline?.at(-1)).toEqual({ detail: '104' })
})

test('sends a message again as one of its own, asked anew whether it may go', async () => {
  const ctx = ctxOf(database, { channels: allChannels() })
  const ada = await person(ctx)
  await take(ctx, 'booking.ticketsIssued', issued(ada.userId))
  const [queued] = await messagesTo(ctx, ada.userId)
  const early = await call(admin, resend, { input: { id: queued?.id } })
  expect(early.data).toMatchObject({ resendNotification: { code: 'INVALID_STATE' } })
  await deliverAll(ctx, ada.userId)
  const input = { id: queued?.id, idempotencyKey: newId('key') }
  const [first, second] = await Promise.all([call(admin, resend, { input }), call(admin, resend, { input })])
  expect(first.data).toEqual(second.data)
  expect(first.data).toMatchObject({
    resendNotification: {
      status: 'QUEUED',
      user: { id: ada.userId },
      timeline: [{ detail: `resent, after ${queued?.id}` }, {}],
    },
  })
  const { mails, channels } = fakeMailServer()
  await deliverAll(ctxOf(database, { channels }), ada.userId)
  expect(mails.map((mail) => mail.subject)).toEqual(['Your tickets for Hamlet'])
  const missing = await call(admin, resend, { input: { id: 'ntf_none' } })
  expect(missing.data).toMatchObject({ resendNotification: { code: 'NOT_FOUND' } })
})

test('none of this is for anybody but staff', async () => {
  const calls: [string, object][] = [
    [send, { input: news([newId('usr')]) }],
    [resend, { input: { id: 'ntf_1' } }],
    [list, {}],
    ['{ notification(id: "ntf_1") { id } }', {}],
    ['{ notificationTemplates { kind } }', {}],
  ]
  for (const [query, variables] of calls) {
    const asUser = await call(testUser({ groups: ['user', 'partner'] }), query, variables)
    expect(asUser.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
    const asNobody = await call(anonymous, query, variables)
    expect(asNobody.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
})
