import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import { createJobCtx, type UserDeps } from './context.ts'
import { endSessions, endSessionsTask } from './domain/account/change-password.ts'
import { accountTask, syncAccount } from './domain/account/sync-account.ts'
import { type GroupSync, groupTask, syncGroup } from './domain/account/sync-group.ts'
import { indexSearch } from './domain/directory/search-index.ts'

/** Background tasks. */
export function tasks(deps: UserDeps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    [endSessionsTask]: (payload) => endSessions(createJobCtx(deps), (payload as { email: string }).email),
    [accountTask]: (payload) => syncAccount(createJobCtx(deps), (payload as { userId: string }).userId),
    indexSearch: async () => {
      await indexSearch(createJobCtx(deps))
    },
    [groupTask]: (payload) => syncGroup(createJobCtx(deps), payload as GroupSync),
  }
}

/** Cron schedule. */
export const crontab = '* * * * * indexSearch'
