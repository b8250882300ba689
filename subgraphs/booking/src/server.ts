import { assembleSubgraph } from '@tikitu/kit/assemble-subgraph'
import { createSignals } from '@tikitu/kit/live-signals'
import type { SubgraphDeps } from '@tikitu/kit/run-subgraph'
import type { Subgraph } from '@tikitu/kit/subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx } from './context.ts'
import { handlers } from './events.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { subscriptionsOn } from './resolvers/Subscription.ts'

/** The booking subgraph, without a port. */
export async function createBooking(deps: SubgraphDeps): Promise<Subgraph<Ctx>> {
  const signals = createSignals(deps)
  return await assembleSubgraph(deps, {
    name: 'booking',
    sdl: subgraphSdl('booking'),
    resolvers: { ...resolvers, Subscription: subscriptionsOn({ signals }) },
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    close: signals.close,
  })
}
