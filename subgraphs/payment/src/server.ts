import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx, type PaymentDeps } from './context.ts'
import { handlers } from './events.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { routes } from './routes.ts'

/** The payment subgraph, without a port. */
export async function createPayment(deps: PaymentDeps): Promise<Subgraph<Ctx>> {
  return await composeSubgraph(deps, {
    name: 'payment',
    sdl: subgraphSdl('payment'),
    resolvers,
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    routes: () => routes(deps),
  })
}
