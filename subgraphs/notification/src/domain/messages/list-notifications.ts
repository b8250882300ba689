import { isStaff } from '@tikitu/kit/auth/viewer'
import { firstIdAt } from '@tikitu/kit/base/ids'
import {
  type Connection,
  keyset,
  type Page,
  type PageArgs,
  readPage,
  toConnection,
} from '@tikitu/kit/postgres/pagination'
import { and, eq, gte, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
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

export interface NotificationFilter {
  userId?: string | null
  address?: string | null
  statuses?: readonly Status[] | null
  kinds?: readonly Kind[] | null
  channel?: Channel | null
  subjectId?: string | null
  createdAt?: { from?: Date | null; before?: Date | null } | null
}

export interface NotificationArgs extends PageArgs {
  filter?: NotificationFilter | null
}

/** Messages that fit everything the filter names, the newest first. For staff. */
export async function listNotifications(ctx: Ctx, args: NotificationArgs): Promise<Connection<NotificationRow>> {
  const page = readPage(args)
  const filter = args.filter ?? {}
  const rows = isByStateOnly(filter) ? await readByState(ctx, filter, page) : await readByRecipient(ctx, filter, page)
  return toConnection(rows, page, (row) => [row.id])
}

/** A message by its id, for staff; null otherwise. */
export async function getNotification(ctx: Ctx, id: string): Promise<NotificationRow | null> {
  return isStaff(ctx.viewer) ? await ctx.load.notification.load(id) : null
}

async function readByRecipient(ctx: Ctx, filter: NotificationFilter, page: Page): Promise<NotificationRow[]> {
  const { where, orderBy } = keyset(page, [notifications.id], 'desc')
  return await ctx.db
    .select()
    .from(notifications)
    .where(and(...conditionsOf(filter), ...stateConditions(filter), where))
    .orderBy(...orderBy)
    .limit(page.limit + 1)
}

/** An id holds the moment it was made, so the dates are bounds of ids, which every index of the list ends with. */
function conditionsOf(filter: NotificationFilter): (SQL | undefined)[] {
  return [
    filter.userId ? eq(notifications.userId, filter.userId) : undefined,
    filter.address
      ? and(eq(notifications.recipient, filter.address.toLowerCase()), isNull(notifications.userId))
      : undefined,
    filter.subjectId ? eq(notifications.subjectId, filter.subjectId) : undefined,
    filter.createdAt?.from ? gte(notifications.id, firstIdAt('ntf', filter.createdAt.from)) : undefined,
    filter.createdAt?.before ? lt(notifications.id, firstIdAt('ntf', filter.createdAt.before)) : undefined,
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
 * The first of each combination of status, kind and channel, each read from the end of its own part of one index, and the first
 * of those: the few that failed are found without passing over the many that did not.
 */
async function readByState(ctx: Ctx, filter: NotificationFilter, page: Page): Promise<NotificationRow[]> {
  const { statuses, kinds, channel } = filter
  const { where, orderBy } = keyset(page, [notifications.id], 'desc')
  const limit = page.limit + 1
  const order = page.isBackward ? sql`asc` : sql`desc`
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
      select id from notifications where ${and(isWanted, ...conditionsOf(filter), where)}
      order by status ${order}, kind ${order}, channel ${order}, id ${order} limit ${limit}) newest
    order by newest.id ${order} limit ${limit})`
  return await ctx.db
    .select()
    .from(notifications)
    .where(inArray(notifications.id, ids))
    .orderBy(...orderBy)
}

function listOf(values: readonly string[]): SQL {
  return sql`${sql.param([...new Set(values)])}::text[]`
}
