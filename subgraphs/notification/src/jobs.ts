import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import { createJobCtx, type Deps } from './context.ts'
import { announceMove } from './domain/announcements/announce-move.ts'
import { deliverMessage } from './domain/delivery/deliver-message.ts'
import { messageDeliveryTask } from './domain/delivery/queue.ts'
import { recoverMessages } from './domain/delivery/recover-messages.ts'
import { moveTask, type PerformanceMove } from './domain/projections/apply-performance.ts'

/** Background tasks. */
export function tasks(deps: Deps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    [messageDeliveryTask]: async (payload) => {
      await deliverMessage(createJobCtx(deps), (payload as { notificationId: string }).notificationId)
    },
    [moveTask]: async (payload) => {
      await announceMove(createJobCtx(deps), payload as PerformanceMove)
    },
    recoverMessages: async () => {
      await recoverMessages(createJobCtx(deps))
    },
  }
}

/** Cron schedule. */
export const crontab = '* * * * * recoverMessages'
