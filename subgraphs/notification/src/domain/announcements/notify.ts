import { inTransaction } from '@tikitu/kit/postgres/database'
import type { z } from 'zod'
import type { Ctx } from '../../context.ts'
import type { Category, Channel, Kind } from '../../db/columns.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import type { kindDefinitions } from '../../kinds/registry.ts'
import { definitionOf } from '../../kinds/registry.ts'
import { isOpen } from '../delivery/decide.ts'
import { enqueue } from '../delivery/queue.ts'
import { recordTimeline } from '../delivery/record-timeline.ts'

/** Somebody with an account, or the e-mail address of somebody without one. */
export type To = { userId: string } | { email: string }

/** A message to one or more recipients. */
export interface Announcement<K extends Kind = Kind> {
  kind: K
  /** What makes it: the same cause never tells the same person the same thing twice. */
  cause: string
  to: readonly To[]
  data: z.input<(typeof kindDefinitions)[K]['data']>
  /** In place of the kind's own. */
  channels?: readonly Channel[]
  category?: Category
}

const rowsPerStatement = 500

/**
 * Makes a message per recipient and channel and puts it in line, in one transaction with whatever the caller does. Messages
 * that this cause has made before are left alone. Returns the new ones.
 */
export async function notify<K extends Kind>(ctx: Ctx, announcement: Announcement<K>): Promise<NotificationRow[]> {
  const rows = rowsOf(ctx, announcement)
  return await inTransaction(ctx, async (tx) => {
    const made: NotificationRow[] = []
    for (let from = 0; from < rows.length; from += rowsPerStatement) {
      const part = rows.slice(from, from + rowsPerStatement)
      made.push(...(await tx.db.insert(notifications).values(part).onConflictDoNothing().returning()))
    }
    await recordTimeline(tx, made, 'CREATED')
    await recordTimeline(tx, made, made[0]?.status ?? 'QUEUED')
    await enqueue(tx, made)
    return made
  })
}

function rowsOf<K extends Kind>(ctx: Ctx, announcement: Announcement<K>): (typeof notifications.$inferInsert)[] {
  const definition = definitionOf(announcement.kind)
  const data = definition.data.parse(announcement.data)
  const now = ctx.now()
  const notBefore = definition.delayMinutes ? new Date(now.getTime() + definition.delayMinutes * 60_000) : null
  // A channel that is not set up makes no rows: there is nothing that could ever become of them.
  const channels = (announcement.channels ?? definition.channels).filter((channel) => isOpen(ctx, channel))
  return announcement.to.flatMap((to) =>
    channels.map((channel) => ({
      id: ctx.newId('ntf'),
      cause: announcement.cause,
      recipient: 'userId' in to ? to.userId : to.email.toLowerCase(),
      userId: 'userId' in to ? to.userId : null,
      channel,
      kind: announcement.kind,
      category: announcement.category ?? definition.category,
      data,
      subjectId: definition.subjectId(data as never),
      status: notBefore ? ('SCHEDULED' as const) : ('QUEUED' as const),
      notBefore,
      createdAt: now,
    })),
  )
}
