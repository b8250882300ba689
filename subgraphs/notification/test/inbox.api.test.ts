import { anonymous, type Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { expect, test } from 'vitest'
import {
  ctxOf,
  deliverAll,
  fieldOf,
  migrations,
  notificationOn,
  person,
  refusalOf,
  sampleFor,
  take,
} from './factories.ts'

const database = useDatabase(migrations)

const inboxQuery = /* GraphQL */ `
  query ($refs: [_Any!]!, $filter: InboxFilter, $first: Int, $after: String, $last: Int, $before: String) {
    _entities(representations: $refs) {
      ... on User {
        inbox(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
          unseenCount
          pageInfo { hasNextPage endCursor startCursor }
          edges { node { id kind category title body subjectId link seenAt readAt archivedAt } }
        }
      }
    }
  }
`

interface Inbox {
  unseenCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null; startCursor: string | null }
  edges: { node: { id: string; title: string } }[]
}

async function inboxOf(viewer: Viewer, userId: string, variables: object = {}): Promise<Inbox | null> {
  const notification = await notificationOn(database)
  const refs = [{ __typename: 'User', id: userId }]
  const answer = await callAs(notification, viewer, { query: inboxQuery, variables: { refs, ...variables } })
  expect(answer.errors).toBeUndefined()
  return fieldOf<[{ inbox: Inbox | null }]>(answer, '_entities')[0].inbox
}

async function mutate(viewer: Viewer, name: string, input: object) {
  const notification = await notificationOn(database)
  const inputType = `${name[0]?.toUpperCase()}${name.slice(1)}Input`
  const query = `mutation ($input: ${inputType}!) { ${name}(input: $input) {
    ... on InboxUpdate { changed unseenCount } ... on Refusal { code message } } }`
  return await callAs(notification, viewer, { query, variables: { input } })
}

async function readerWithMessages(count: number) {
  const viewer = testUser()
  const ctx = ctxOf(database)
  await person(ctx, { userId: viewer.userId })
  for (let i = 0; i < count; i++) await take(ctx, 'payment.refunded', sampleFor('PAYMENT_REFUNDED', viewer.userId))
  await deliverAll(ctx, viewer.userId)
  return viewer
}

test('shows a person their messages, the newest first and page by page, and nobody else', async () => {
  const ada = await readerWithMessages(3)
  const first = await inboxOf(ada, ada.userId, { first: 2 })
  expect(first).toMatchObject({ unseenCount: 3, pageInfo: { hasNextPage: true } })
  expect(first?.edges[0]?.node).toMatchObject({
    kind: 'PAYMENT_REFUNDED',
    category: 'PAYMENTS',
    title: 'Your refund of €40.00 is on its way',
    link: expect.stringMatching(/^\/bookings\//),
    seenAt: null,
  })
  const second = await inboxOf(ada, ada.userId, { first: 2, after: first?.pageInfo.endCursor })
  expect(second?.pageInfo.hasNextPage).toBe(false)
  const ids = [...(first?.edges ?? []), ...(second?.edges ?? [])].map((edge) => edge.node.id)
  expect(ids).toEqual(ids.toSorted().toReversed())
  expect(new Set(ids).size).toBe(3)
  const before = second?.pageInfo.startCursor
  expect(await inboxOf(ada, ada.userId, { last: 2, before })).toMatchObject({ edges: first?.edges })
  expect(await inboxOf(testUser(), ada.userId)).toBeNull()
  expect(await inboxOf(testStaff(), ada.userId)).toBeNull()
  expect(await inboxOf(anonymous, ada.userId)).toBeNull()
})

test('refuses a cursor of another list', async () => {
  const ada = testUser()
  for (const key of [[5], ['ntf_x', 'y'], [new Date().toISOString(), 'ntf_x']]) {
    const after = Buffer.from(JSON.stringify(key)).toString('base64url')
    const variables = { refs: [{ __typename: 'User', id: ada.userId }], after }
    const { errors } = await callAs(await notificationOn(database), ada, { query: inboxQuery, variables })
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['BAD_USER_INPUT'])
  }
})

test('marks messages seen, read and archived, each once, and counts what is unseen', async () => {
  const ada = await readerWithMessages(3)
  const ids = (await inboxOf(ada, ada.userId))?.edges.map((edge) => edge.node.id) ?? []
  const one = ids.slice(0, 1)
  expect((await mutate(ada, 'markInboxRead', { ids: one })).data).toEqual({
    markInboxRead: { changed: 1, unseenCount: 2 },
  })
  expect((await mutate(ada, 'markInboxRead', { ids: one })).data).toMatchObject({ markInboxRead: { changed: 0 } })
  expect((await inboxOf(ada, ada.userId, { filter: { isUnread: true } }))?.edges).toHaveLength(2)
  expect((await mutate(ada, 'archiveInbox', { ids: one })).data).toMatchObject({ archiveInbox: { changed: 1 } })
  expect((await inboxOf(ada, ada.userId))?.edges).toHaveLength(2)
  expect((await inboxOf(ada, ada.userId, { filter: { isArchived: true } }))?.edges).toMatchObject([
    { node: { id: one[0], archivedAt: expect.any(String) } },
  ])
  expect((await mutate(ada, 'markInboxSeen', {})).data).toEqual({ markInboxSeen: { changed: 2, unseenCount: 0 } })
})

test('leaves the messages of others alone, and refuses no ids, too many, and nobody', async () => {
  const ada = await readerWithMessages(1)
  const ids = (await inboxOf(ada, ada.userId))?.edges.map((edge) => edge.node.id)
  const bob = testUser()
  for (const name of ['markInboxSeen', 'markInboxRead', 'archiveInbox']) {
    expect((await mutate(bob, name, { ids })).data).toEqual({ [name]: { changed: 0, unseenCount: 0 } })
    const none = await mutate(bob, name, { ids: [] })
    expect(refusalOf(none, name)).toMatchObject({ code: 'BAD_USER_INPUT' })
    const many = await mutate(bob, name, { ids: Array.from({ length: 101 }, () => newId('ntf')) })
    expect(refusalOf(many, name)).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect((await mutate(anonymous, name, {})).errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  }
  expect((await inboxOf(ada, ada.userId))?.unseenCount).toBe(1)
})
