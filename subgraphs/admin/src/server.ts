import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx } from './context.ts'
import { describeStaff } from './domain/staff/require-staff.ts'
import { handlers } from './events.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'

/** The admin subgraph, without a port. */
export async function createAdmin(deps: SubgraphDeps): Promise<Subgraph<Ctx>> {
  return await composeSubgraph(deps, {
    name: 'admin',
    sdl: subgraphSdl('admin'),
    resolvers,
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    describeSubject: describeStaff,
  })
}
