import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { createSignals } from '@tikitu/kit/subscriptions/notify'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type BookingDeps, type Ctx, createCtx } from './context.ts'
import { createAvailabilityFeed } from './domain/inventory/availability-feed.ts'
import { handlers } from './events.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { subscriptionsOn } from './resolvers/Subscription.ts'
import { routes } from './routes.ts'

/** The booking subgraph, without a port. `live` sets how often watched data is polled. */
export async function createBooking(
  deps: SubgraphDeps & BookingDeps,
  live: { intervalMs?: number; failureTimeoutMs?: number } = {},
): Promise<Subgraph<Ctx>> {
  const sources = { signals: createSignals(deps), availability: createAvailabilityFeed(deps, live) }
  return await composeSubgraph(deps, {
    name: 'booking',
    sdl: subgraphSdl('booking'),
    resolvers: { ...resolvers, Subscription: subscriptionsOn(sources) },
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    routes: (admit) => routes(deps, admit),
    close: async () => void (await Promise.all([sources.signals.close(), sources.availability.close()])),
  })
}
