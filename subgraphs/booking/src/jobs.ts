import type { Task } from '@tikitu/kit/jobs'
import { deliverEvent, deliveryTask, type Transport } from '@tikitu/kit/outbox'
import type { BaseDeps } from '@tikitu/kit/run-subgraph'
import { createJobCtx } from './context.ts'
import { type CancelledPerformance, cancelPerformanceBookings } from './domain/cancel-performance-bookings.ts'
import { expireBookings } from './domain/expire-bookings.ts'
import { expireHolds } from './domain/expire-holds.ts'
import { indexSearch } from './domain/search-index.ts'

/** What booking does in its own time. */
export function tasks(deps: BaseDeps, transport: Transport): Record<string, Task> {
  return {
    [deliveryTask]: deliverEvent(transport),
    expireBookings: async () => {
      await expireBookings(createJobCtx(deps))
    },
    expireHolds: async () => {
      await expireHolds(createJobCtx(deps))
    },
    indexSearch: async () => {
      await indexSearch(createJobCtx(deps))
    },
    cancelPerformanceBookings: async (payload) => {
      await cancelPerformanceBookings(createJobCtx(deps), payload as CancelledPerformance)
    },
  }
}

/** When it does what nobody asks for. */
export const crontab = `
* * * * * expireBookings
* * * * * expireHolds
* * * * * indexSearch
`
