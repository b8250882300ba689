import { isSelf } from '@tikitu/kit/auth/viewer'
import { type Connection, keyset, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'

/** Whose inbox it is. */
export interface InboxOwner {
  id: string
}

/** A page of an inbox, and whose it is. */
export type InboxPage = Connection<NotificationRow> & { owner: InboxOwner }

export interface InboxArgs extends PageArgs {
  filter?: { isArchived?: boolean | null; isUnread?: boolean | null } | null
}

/** The messages of that person in the app, the newest first; null when the caller is somebody else. */
export async function listInbox(ctx: Ctx, owner: InboxOwner, args: InboxArgs): Promise<InboxPage | null> {
  if (!isSelf(ctx.viewer, owner.id)) return null
  const page = readPage(args)
  const { where, orderBy } = keyset(page, [notifications.id], 'desc')
  const rows = await ctx.db
    .select()
    .from(notifications)
    .where(
      and(
        isInInboxOf(owner.id),
        args.filter?.isArchived ? isNotNull(notifications.archivedAt) : isNull(notifications.archivedAt),
        args.filter?.isUnread ? isNull(notifications.readAt) : undefined,
        where,
      ),
    )
    .orderBy(...orderBy)
    .limit(page.limit + 1)
  return { ...toConnection(rows, page, (row) => [row.id]), owner }
}

/** How many messages of that person's inbox have not been seen. */
export async function countUnseen(ctx: Ctx, userId: string): Promise<number> {
  const [row] = await ctx.db
    .select({ count: sql<number>`count(*)::integer` })
    .from(notifications)
    .where(and(isInInboxOf(userId), isNull(notifications.seenAt), isNull(notifications.archivedAt)))
  return row?.count ?? 0
}

/** What has arrived in the app for that person. */
export function isInInboxOf(userId: string): SQL | undefined {
  // The words of the partial index: Postgres uses it only for a query that says the same without parameters.
  return and(eq(notifications.userId, userId), sql`channel = 'IN_APP' and status = 'DELIVERED'`)
}
