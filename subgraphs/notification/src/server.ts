import { createInbox } from '@tikitu/kit/inbox'
import type { SubgraphDeps } from '@tikitu/kit/run-subgraph'
import { buildSchema } from '@tikitu/kit/schema'
import { createSubgraph, type Subgraph } from '@tikitu/kit/subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { sql } from 'drizzle-orm'
import { type Ctx, createCtx, type Outside } from './context.ts'
import { handlers } from './events.ts'
import { resolvers } from './resolvers/resolvers.ts'

/** The notification subgraph, without a port. */
export async function createNotification(deps: SubgraphDeps & Outside): Promise<Subgraph<Ctx>> {
  return await createSubgraph<Ctx>({
    name: 'notification',
    schema: buildSchema(subgraphSdl('notification'), resolvers),
    createCtx: (caller) => createCtx(deps, caller),
    requestKeys: deps.requestKeys,
    jwks: deps.keys.jwks,
    log: deps.log,
    receive: createInbox({ registry: events, handlers, keysOf: deps.keysOf }),
    checkReady: async () => void (await deps.db.execute(sql`select 1`)),
  })
}
