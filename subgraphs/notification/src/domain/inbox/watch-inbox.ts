import { requireUser } from '@tikitu/kit/auth/viewer'
import { type EventStream, streamChanges } from '@tikitu/kit/subscriptions/change-stream'
import type { Signals } from '@tikitu/kit/subscriptions/notify'
import type { Ctx } from '../../context.ts'
import type { InboxOwner } from './list-inbox.ts'

/** What is told, in the transaction of the change, when something in somebody's inbox changes. */
export function inboxTopic(userId: string): string {
  return `inbox:${userId}`
}

/** Says at once, and then whenever something in the caller's inbox has changed, that it is to be read. @throws {Unauthenticated} */
export async function watchInbox(ctx: Ctx, signals: Signals): Promise<EventStream<InboxOwner>> {
  const { userId } = requireUser(ctx.viewer)
  const watch = await signals.watch([inboxTopic(userId)])
  return streamChanges(watch, async () => ({ id: userId }))
}
