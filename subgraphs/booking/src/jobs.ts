import type { Task } from '@tikitu/kit/jobs'
import { deliverEvent, deliveryTask, type Transport } from '@tikitu/kit/outbox'
import type { BaseDeps } from '@tikitu/kit/run-subgraph'

/** What booking does in its own time. */
export function tasks(_deps: BaseDeps, transport: Transport): Record<string, Task> {
  return {
    [deliveryTask]: deliverEvent(transport),
  }
}

/** When it does what nobody asks for. */
export const crontab = ''
