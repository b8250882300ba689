import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { createJobCtx } from './context.ts'
import { checkAuditLog } from './domain/audit/check-audit-log.ts'

/** Background tasks: event delivery and verification of the audit log. */
export function tasks(deps: BaseDeps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    checkAuditLog: async () => await checkAuditLog(createJobCtx(deps)),
  }
}

/** Cron schedule. */
export const crontab = '*/10 * * * * checkAuditLog'
