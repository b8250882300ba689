import type { Task } from '@tikitu/kit/jobs'
import { deliverEvent, deliveryTask, type Transport } from '@tikitu/kit/outbox'
import { createJobCtx, type UserDeps } from './context.ts'
import { endSessions, endSessionsTask } from './domain/change-password.ts'
import { indexSearch } from './domain/search-index.ts'
import { accountTask, syncAccount } from './domain/sync-account.ts'
import { type GroupSync, groupTask, syncGroup } from './domain/sync-group.ts'

/** What user does in its own time. */
export function tasks(deps: UserDeps, transport: Transport): Record<string, Task> {
  return {
    [deliveryTask]: deliverEvent(transport),
    [endSessionsTask]: (payload) => endSessions(createJobCtx(deps), (payload as { email: string }).email),
    [accountTask]: (payload) => syncAccount(createJobCtx(deps), (payload as { userId: string }).userId),
    indexSearch: async () => {
      await indexSearch(createJobCtx(deps))
    },
    [groupTask]: (payload) => syncGroup(createJobCtx(deps), payload as GroupSync),
  }
}

/** When it does what nobody asks for. */
export const crontab = '* * * * * indexSearch'
