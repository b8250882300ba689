import { requireStaff } from '@tikitu/kit/auth/viewer'
import { InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { idempotent } from '@tikitu/kit/context/idempotency'
import type { Ctx } from '../../context.ts'
import type { Status } from '../../db/columns.ts'
import { type NotificationRow, notifications } from '../../db/tables/notifications.ts'
import { audit } from '../../emit.ts'
import { resendCause } from '../announcements/resend-cause.ts'
import { enqueue } from '../delivery/queue.ts'
import { recordTimeline } from '../delivery/record-timeline.ts'

export interface ResendInput {
  id: string
  idempotencyKey?: string | null
}

const underWay: ReadonlySet<Status> = new Set(['CREATED', 'SCHEDULED', 'QUEUED', 'SENDING', 'RETRY_WAIT'])

/**
 * Makes the message anew, with a cause of its own, and puts it in line. It is asked again whether it is wanted and still true.
 * @throws {NotFound | InvalidState} when it is still on its way
 */
export async function resendNotification(ctx: Ctx, input: ResendInput): Promise<NotificationRow> {
  return await idempotent(
    ctx,
    { operation: 'resendNotification', input },
    {
      authorize: async (tx) => requireStaff(tx.viewer, 'SUPPORT'),
      act: (tx) => resend(tx, input.id),
      load: requireNotification,
    },
  )
}

/** The message. @throws {NotFound} */
export async function requireNotification(ctx: Ctx, id: string): Promise<NotificationRow> {
  const message = await ctx.load.notification.load(id)
  if (!message) throw new NotFound('notification', id)
  return message
}

async function resend(ctx: Ctx, id: string): Promise<NotificationRow> {
  const { recipient, userId, channel, kind, category, data, dataExpiresAt, subjectId, status } =
    await requireNotification(ctx, id)
  if (underWay.has(status)) {
    throw new InvalidState('This message is still being sent. Wait until it was sent, skipped or failed.', {
      status,
    })
  }
  if (dataExpiresAt === null)
    throw new InvalidState('This message is too old to send again. Its content has been deleted.')
  const newId = ctx.newId('ntf')
  const [message] = await ctx.db
    .insert(notifications)
    .values({
      id: newId,
      cause: `${resendCause}${newId}:${id}`,
      ...{ recipient, userId, channel, kind, category, data, subjectId },
      status: 'QUEUED',
      createdAt: ctx.now(),
    })
    .returning()
  const made = message as NotificationRow
  await recordTimeline(ctx, [made], { status: 'CREATED', detail: `resent, after ${id}` })
  await recordTimeline(ctx, [made], 'QUEUED')
  await enqueue(ctx, [made])
  await audit(ctx, {
    action: 'resendNotification',
    subjectType: 'Notification',
    subjectId: id,
    partnerId: null,
    reason: null,
    changes: { resentAs: newId, kind, channel },
  })
  return made
}
