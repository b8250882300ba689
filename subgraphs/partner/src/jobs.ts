import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { createJobCtx, type PartnerDeps } from './context.ts'
import { openPayouts, openPayoutsTask } from './domain/bank-accounts/confirm-bank-account.ts'
import { removeExpiredUploads } from './domain/documents/document-uploads.ts'
import { expireDocuments } from './domain/documents/expire-documents.ts'
import { deleteFileTask } from './domain/documents/remove-document.ts'
import { indexSearch } from './domain/partners/search-index.ts'

/** Background tasks. */
export function tasks(deps: BaseDeps & PartnerDeps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    [openPayoutsTask]: (payload) => openPayouts(createJobCtx(deps), (payload as { partnerId: string }).partnerId),
    [deleteFileTask]: (payload) => deps.store.delete((payload as { key: string }).key),
    removeExpiredUploads: () => removeExpiredUploads(createJobCtx(deps)),
    expireDocuments: () => expireDocuments(createJobCtx(deps)),
    indexSearch: async () => {
      await indexSearch(createJobCtx(deps))
    },
  }
}

/** Cron schedule. */
export const crontab = `
10 0 * * * expireDocuments
*/10 * * * * removeExpiredUploads
* * * * * indexSearch
`
