import type { Task } from '@tikitu/kit/jobs'
import { deliverEvent, deliveryTask as eventDeliveryTask, type Transport } from '@tikitu/kit/outbox'
import { createJobCtx, type Deps } from './context.ts'
import { announceMove } from './domain/announce-move.ts'
import { deliverMessage } from './domain/deliver-message.ts'
import { deliveryTask } from './domain/queue.ts'
import { recoverMessages } from './domain/recover-messages.ts'
import { type Move, moveTask } from './domain/take-performance.ts'

/** What notification does in its own time. */
export function tasks(deps: Deps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    [deliveryTask]: async (payload) => {
      await deliverMessage(createJobCtx(deps), (payload as { notificationId: string }).notificationId)
    },
    [moveTask]: async (payload) => {
      await announceMove(createJobCtx(deps), payload as Move)
    },
    recoverMessages: async () => {
      await recoverMessages(createJobCtx(deps))
    },
  }
}

/** When it does what nobody asks for. */
export const crontab = '* * * * * recoverMessages'
