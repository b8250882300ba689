import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, deliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { createJobCtx } from './context.ts'
import { checkAuditLog } from './domain/audit/check-audit-log.ts'

/** What admin does in its own time: it brings its events to the other services, and keeps its audit log verified. */
export function tasks(deps: BaseDeps, transport: Transport): Record<string, Task> {
  return {
    [deliveryTask]: deliverEvent(transport),
    checkAuditLog: async () => await checkAuditLog(createJobCtx(deps)),
  }
}

/** When it does what nobody asks for. */
export const crontab = '*/10 * * * * checkAuditLog'
