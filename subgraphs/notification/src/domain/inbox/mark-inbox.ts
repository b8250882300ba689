import { requireUser } from '@tikitu/kit/auth/viewer'
import { InvalidInput } from '@tikitu/kit/base/errors'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { notifyWatchers } from '@tikitu/kit/subscriptions/notify'
import { and, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { notifications } from '../../db/tables/notifications.ts'
import { notificationIdOf } from './inbox-id.ts'
import { countUnseen, isInInboxOf } from './list-inbox.ts'
import { inboxTopic } from './watch-inbox.ts'

export interface MarkInboxInput {
  ids?: readonly string[] | null
}

/** How many messages were changed, and how many are unseen now. */
export interface InboxUpdate {
  changed: number
  unseenCount: number
}

const maxIds = 100

/** Notes that the caller has seen these messages, or all of them. @throws {InvalidInput} */
export async function markInboxSeen(ctx: Ctx, input: MarkInboxInput): Promise<InboxUpdate> {
  return await mark(ctx, input, ['seenAt'])
}

/** Notes that the caller has read, and so seen, these messages, or all of them. @throws {InvalidInput} */
export async function markInboxRead(ctx: Ctx, input: MarkInboxInput): Promise<InboxUpdate> {
  return await mark(ctx, input, ['seenAt', 'readAt'])
}

/** Puts these messages of the caller away, or all of them. @throws {InvalidInput} */
export async function archiveInbox(ctx: Ctx, input: MarkInboxInput): Promise<InboxUpdate> {
  return await mark(ctx, input, ['seenAt', 'archivedAt'])
}

type Mark = 'seenAt' | 'readAt' | 'archivedAt'

/** The first moment stays: marking again changes nothing. */
async function mark(ctx: Ctx, { ids }: MarkInboxInput, marks: readonly Mark[]): Promise<InboxUpdate> {
  const { userId } = requireUser(ctx.viewer)
  if (ids && (ids.length === 0 || ids.length > maxIds)) {
    throw new InvalidInput([{ field: 'ids', message: `must name 1 to ${maxIds} messages; omit it for all` }])
  }
  const now = ctx.now().toISOString()
  const set = Object.fromEntries(
    marks.map((name) => [name, sql`coalesce(${notifications[name]}, ${now}::timestamptz)`]),
  )
  const isMeant = and(
    isInInboxOf(userId),
    ids ? inArray(notifications.id, ids.map(notificationIdOf)) : isNull(notifications.archivedAt),
    or(...marks.map((name) => isNull(notifications[name]))),
  )
  const changed = await inTransaction(ctx, async (ctx) => {
    const marked = await ctx.db.update(notifications).set(set).where(isMeant).returning({ id: notifications.id })
    if (marked.length > 0) await notifyWatchers(ctx, inboxTopic(userId))
    return marked.length
  })
  return { changed, unseenCount: await countUnseen(ctx, userId) }
}
