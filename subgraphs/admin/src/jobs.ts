import type { Task } from '@tikitu/kit/jobs'
import { deliverEvent, deliveryTask, type Transport } from '@tikitu/kit/outbox'
import type { BaseDeps } from '@tikitu/kit/run-subgraph'

/** What admin does in its own time: it brings its events to the other services. */
export function tasks(_deps: BaseDeps, transport: Transport): Record<string, Task> {
  return { [deliveryTask]: deliverEvent(transport) }
}

/** Nothing here runs by the clock. */
export const crontab = ''
