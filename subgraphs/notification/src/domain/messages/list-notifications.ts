import { isStaff } from '@tikitu/kit/auth/viewer'
import { firstIdAt } from '@tikitu/kit/base/ids'
import { type Connection, type PageArgs, readPage, toConnection } from '@tikitu/kit/postgres/pagination'
import { and, desc, eq, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Ctx } from '../../context.ts'
import {
  channels as allChannels,
  kinds as allKinds,
  statuses as allStatuses,
  type Channel,
  type Kind,
  type Status,
} from '../../db/columns.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { idBefore } from '../inbox/list-inbox.ts'

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
  const conditions = [...conditionsOf(filter), idBefore(page)]
  const rows = isByStateOnly(filter)
    ? await readByState(ctx, filter, { conditions, limit: page.limit + 1 })
    : await ctx.db
        .select()
        .from(notifications)
        .where(and(...conditions, ...stateConditions(filter)))
        .orderBy(desc(notifications.id))
        .limit(page.limit + 1)
  return toConnection(rows, page, (row) => [row.id])
}

/** A message by its id, for staff; null otherwise. */
export async function getNotification(ctx: Ctx, id: string): Promise<NotificationRow | null> {
  return isStaff(ctx.viewer) ? await ctx.load.notification.load(id) : null
}

/** An id holds the moment it was made, so the dates are bounds of ids, which every index of the list ends with. */
function conditionsOf(filter: NotificationFilter): (SQL | undefined)[] {
  return [
    filter.userId ? eq(notifications.userId, filter.userId) : undefined,
    filter.address
      ? and(eq(notifications.recipient, filter.address.toLowerCase()), isNull(notifications.userId))
      : undefined,
    filter.subjectId ? eq(notifications.subjectId, filter.subjectId) : undefined,
    filter.createdFrom ? gte(notifications.id, firstIdAt('ntf', filter.createdFrom)) : undefined,
    filter.createdBefore ? lt(notifications.id, firstIdAt('ntf', filter.createdBefore)) : undefined,
  ]
}

function stateConditions(filter: NotificationFilter): (SQL | undefined)[] {
  return [
    filter.statuses ? inArray(notifications.status, [...filter.statuses]) : undefined,
    filter.kinds ? inArray(notifications.kind, [...filter.kinds]) : undefined,
    filter.channel ? eq(notifications.channel, filter.channel) : undefined,
  ]
}

/** Whether neither a person nor a subject narrows the list down. */
function isByStateOnly({ userId, address, subjectId, statuses, kinds, channel }: NotificationFilter): boolean {
  return !userId && !address && !subjectId && Boolean(statuses ?? kinds ?? channel)
}

/**
 * The newest of each combination of status, kind and channel, each read from the end of its own part of one index, and the newest
 * of those: the few that failed are found without passing over the many that did not.
 */
async function readByState(
  ctx: Ctx,
  { statuses, kinds, channel }: NotificationFilter,
  { conditions, limit }: { conditions: (SQL | undefined)[]; limit: number },
): Promise<NotificationRow[]> {
  // Equal columns would leave the planner free to read the primary key from its end and pass over everything else.
  const isWanted = sql`
    (status, kind, channel, id) >= (wanted_status, wanted_kind, wanted_channel, 'ntf')
    and (status, kind, channel, id) < (wanted_status, wanted_kind, wanted_channel, 'ntg')`
  const ids = sql`(
    select newest.id
    from unnest(${listOf(statuses ?? allStatuses)}) wanted_status
    cross join unnest(${listOf(kinds ?? allKinds)}) wanted_kind
    cross join unnest(${listOf(channel ? [channel] : allChannels)}) wanted_channel
    cross join lateral (
      select id from notifications where ${and(isWanted, ...conditions)} 
      order by status desc, kind desc, channel desc, id desc limit ${limit}) newest
    order by newest.id desc limit ${limit})`
  return await ctx.db.select().from(notifications).where(inArray(notifications.id, ids)).orderBy(desc(notifications.id))
}

function listOf(values: readonly string[]): SQL {
  return sql`${sql.param([...new Set(values)])}::text[]`
}
