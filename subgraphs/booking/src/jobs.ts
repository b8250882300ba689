import type { Task } from '@tikitu/kit/messaging/jobs'
import { deliverEvent, eventDeliveryTask, type Transport } from '@tikitu/kit/messaging/outbox'
import type { BaseDeps } from '@tikitu/kit/service/run-subgraph'
import { type BookingDeps, createJobCtx } from './context.ts'
import { expireBookings } from './domain/bookings/expire-bookings.ts'
import {
  type CancelledPerformance,
  cancelPerformanceBookings,
} from './domain/cancellations/cancel-performance-bookings.ts'
import { refreshNextStarts } from './domain/catalogue/next-start.ts'
import { indexSearch } from './domain/catalogue/search-index.ts'
import { expireHolds } from './domain/inventory/expire-holds.ts'

/** Background tasks, by name. */
export function tasks(deps: BaseDeps & BookingDeps, transport: Transport): Record<string, Task> {
  return {
    [eventDeliveryTask]: deliverEvent(transport),
    expireBookings: async () => {
      await expireBookings(createJobCtx(deps))
    },
    expireHolds: async () => {
      await expireHolds(createJobCtx(deps))
    },
    indexSearch: async () => {
      await indexSearch(createJobCtx(deps))
    },
    refreshNextStarts: async () => {
      await refreshNextStarts(createJobCtx(deps))
    },
    cancelPerformanceBookings: async (payload) => {
      await cancelPerformanceBookings(createJobCtx(deps), payload as CancelledPerformance)
    },
  }
}

/** Schedules of the recurring tasks. */
export const crontab = `
* * * * * expireBookings
* * * * * expireHolds
* * * * * indexSearch
* * * * * refreshNextStarts
`
