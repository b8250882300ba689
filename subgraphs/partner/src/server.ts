import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx, type PartnerDeps } from './context.ts'
import { handlers } from './events.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { routes } from './routes.ts'

/** The partner subgraph, without a port. */
export async function createPartner(deps: SubgraphDeps & PartnerDeps): Promise<Subgraph<Ctx>> {
  return await composeSubgraph(deps, {
    name: 'partner',
    sdl: subgraphSdl('partner'),
    resolvers,
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    routes: (admit) => routes(deps, admit),
  })
}
