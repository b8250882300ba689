import { composeSubgraph } from '@tikitu/kit/service/compose-subgraph'
import type { Subgraph } from '@tikitu/kit/service/create-subgraph'
import type { SubgraphDeps } from '@tikitu/kit/service/run-subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { type Ctx, createCtx, type UserDeps } from './context.ts'
import { createDescribeAccount } from './domain/account/describe-account.ts'
import { handlers } from './events.ts'
import { nodes } from './resolvers/nodes.ts'
import { resolvers } from './resolvers/resolvers.ts'

/** The user subgraph, without a port. */
export async function createUser(deps: SubgraphDeps & UserDeps): Promise<Subgraph<Ctx>> {
  return await composeSubgraph(deps, {
    name: 'user',
    sdl: subgraphSdl('user'),
    resolvers,
    nodes,
    registry: events,
    handlers,
    createCtx: (caller) => createCtx(deps, caller),
    describeSubject: createDescribeAccount({ perSecond: deps.accountChecksPerSecond ?? 50, timeoutMs: 1_500 }),
  })
}
