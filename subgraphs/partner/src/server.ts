import { createInbox } from '@tikitu/kit/inbox'
import type { SubgraphDeps } from '@tikitu/kit/run-subgraph'
import { buildSchema } from '@tikitu/kit/schema'
import { createSubgraph, type Subgraph } from '@tikitu/kit/subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { sql } from 'drizzle-orm'
import { type Ctx, createCtx } from './context.ts'
import { handlers } from './events.ts'
import { resolvers } from './resolvers/resolvers.ts'

/** The partner subgraph, without a port. */
export async function createPartner(deps: SubgraphDeps): Promise<Subgraph<Ctx>> {
  return await createSubgraph<Ctx>({
    name: 'partner',
    schema: buildSchema(subgraphSdl('partner'), resolvers),
    createCtx: (caller) => createCtx(deps, caller),
    requestKeys: deps.requestKeys,
    jwks: deps.keys.jwks,
    log: deps.log,
    receive: createInbox({ registry: events, handlers, keysOf: deps.keysOf }),
    checkReady: async () => void (await deps.db.execute(sql`select 1`)),
  })
}
