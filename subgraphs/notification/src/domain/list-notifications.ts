import { type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/paging'
import { and, desc, eq, gte, inArray, isNull, lt } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import type { Channel, Kind, Status } from '../db/columns.ts'
import { type NotificationRow, notifications } from '../db/tables/notifications.ts'
import { idBefore } from './list-inbox.ts'

export interface NotificationFilter {
  userId?: string | null
  address?: string | null
  statuses?: readonly Status[] | null
  kinds?: readonly Kind[] | null
  channel?: Channel | null
  subjectId?: string | null
  createdFrom?: Date | null
  createdBefore?: Date | null
}

export interface NotificationArgs extends PageArgs {
  filter?: NotificationFilter | null
}

/** Messages that fit everything the filter names, the newest first. For staff. */
export async function listNotifications(ctx: Ctx, args: NotificationArgs): Promise<Connection<NotificationRow>> {
  const page = readPage(args)
  const filter = args.filter ?? {}
  const rows = await ctx.db
    .select()
    .from(notifications)
    .where(
      and(
        filter.userId ? eq(notifications.userId, filter.userId) : undefined,
        filter.address
          ? and(eq(notifications.recipient, filter.address.toLowerCase()), isNull(notifications.userId))
          : undefined,
        filter.statuses ? inArray(notifications.status, [...filter.statuses]) : undefined,
        filter.kinds ? inArray(notifications.kind, [...filter.kinds]) : undefined,
        filter.channel ? eq(notifications.channel, filter.channel) : undefined,
        filter.subjectId ? eq(notifications.subjectId, filter.subjectId) : undefined,
        filter.createdFrom ? gte(notifications.createdAt, filter.createdFrom) : undefined,
        filter.createdBefore ? lt(notifications.createdAt, filter.createdBefore) : undefined,
        idBefore(page),
      ),
    )
    .orderBy(desc(notifications.id))
    .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.id])
}
