import { anonymous, type UserViewer, type Viewer } from '@tikitu/kit/auth/viewer'
import { createDb, createPool } from '@tikitu/kit/postgres/database'
import type { EventStream } from '@tikitu/kit/subscriptions/change-stream'
import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { firstEventAs, nextOf, subscribeAs } from '@tikitu/kit/testing/graphql/subscriptions'
import { afterEach, expect, test } from 'vitest'
import { archiveInbox, markInboxRead, markInboxSeen } from '../src/domain/inbox/mark-inbox.ts'
import { inboxTopic } from '../src/domain/inbox/watch-inbox.ts'
import { ctxOf, deliverAll, migrations, notificationOn, person, sampleFor, take } from './factories.ts'

const database = useDatabase(migrations)
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A process of notification's, with connections of its own. */
async function startProcess() {
  const pool = createPool(database.url, { name: 'notification' })
  const notification = await notificationOn({ ...database, pool, db: createDb(pool) })
  ends.push(notification.close, () => pool.end())
  return notification
}

const query = /* GraphQL */ `
  subscription { inboxChanged { id inbox(first: 2) { unseenCount edges { node { kind seenAt readAt } } } } }
`

async function watch(viewer: Viewer, at?: Awaited<ReturnType<typeof startProcess>>) {
  return await subscribeAs(at ?? (await startProcess()), viewer, { query })
}

async function shown(events: EventStream<string>): Promise<unknown> {
  const { data, errors } = await nextOf(events)
  expect(errors).toBeUndefined()
  return data?.['inboxChanged']
}

async function reader(): Promise<UserViewer> {
  const viewer = testUser()
  await person(ctxOf(database), { userId: viewer.userId })
  return viewer
}

async function bringMessage({ userId }: UserViewer): Promise<void> {
  await take(ctxOf(database), 'payment.refunded', sampleFor('PAYMENT_REFUNDED', userId))
  await deliverAll(ctxOf(database), userId)
}

test('shows the inbox at once, and after each message that comes, is seen, read or put away, in whatever process', async () => {
  const ada = await reader()
  const events = await watch(ada)
  expect(await shown(events)).toEqual({ id: ada.userId, inbox: { unseenCount: 0, edges: [] } })
  await bringMessage(ada)
  const node = { kind: 'PAYMENT_REFUNDED', seenAt: null, readAt: null }
  expect(await shown(events)).toMatchObject({ inbox: { unseenCount: 1, edges: [{ node }] } })
  const ctx = ctxOf(database, { viewer: ada })
  await markInboxSeen(ctx, {})
  const seen = { seenAt: expect.any(String) }
  expect(await shown(events)).toMatchObject({ inbox: { unseenCount: 0, edges: [{ node: { ...seen, readAt: null } }] } })
  await markInboxRead(ctx, {})
  expect(await shown(events)).toMatchObject({ inbox: { edges: [{ node: { ...seen, readAt: expect.any(String) } }] } })
  await archiveInbox(ctx, {})
  expect(await shown(events)).toMatchObject({ inbox: { unseenCount: 0, edges: [] } })
})

test('says nothing for what changes nothing, and nothing of the inboxes of others', async () => {
  const [ada, bob] = [await reader(), await reader()]
  const at = await startProcess()
  const events = await watch(ada, at)
  await shown(events)
  await bringMessage(bob)
  await markInboxSeen(ctxOf(database, { viewer: bob }), {})
  await markInboxSeen(ctxOf(database, { viewer: ada }), {})
  let isQuiet = true
  const next = shown(events).finally(() => {
    isQuiet = false
  })
  // What was told first is heard first.
  const marker = await watch(bob, at)
  await shown(marker)
  await notifyWatchers(ctxOf(database), inboxTopic(bob.userId))
  await shown(marker)
  expect(isQuiet).toBe(true)
  await bringMessage(ada)
  expect(await next).toMatchObject({ inbox: { unseenCount: 1 } })
})

test('misses no message that comes before somebody waits for it', async () => {
  const ada = await reader()
  const events = await watch(ada)
  await bringMessage(ada)
  expect(await shown(events)).toMatchObject({ inbox: { unseenCount: 1 } })
  await bringMessage(ada)
  await expect.poll(() => shown(events)).toMatchObject({ inbox: { unseenCount: 2 } })
})

test('is for people who are signed in', async () => {
  const { errors } = await firstEventAs(await startProcess(), anonymous, { query })
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})
