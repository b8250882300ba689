import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { createSignals } from '@tikitu/kit/subscriptions/notify'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx, type NotificationDeps } from './context.ts'
import { handlers } from './events.ts'
import type { SnsReceiver } from './feedback/sns-receiver.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { subscriptionsOn } from './resolvers/Subscription.ts'
import { routes } from './routes.ts'

/** The notification subgraph, without a port. */
export async function createNotification(
  deps: SubgraphDeps & NotificationDeps & { sns: SnsReceiver | null },
): Promise<Subgraph<Ctx>> {
  const signals = createSignals(deps)
  return await composeSubgraph(deps, {
    name: 'notification',
    sdl: subgraphSdl('notification'),
    resolvers: { ...resolvers, Subscription: subscriptionsOn({ signals }) },
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    routes: () => routes(deps),
    close: signals.close,
  })
}
