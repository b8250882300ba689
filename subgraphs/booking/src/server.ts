import { createInbox } from '@tikitu/kit/inbox'
import type { KeyFinder } from '@tikitu/kit/keys'
import { buildSchema } from '@tikitu/kit/schema'
import type { RequestKey } from '@tikitu/kit/signatures'
import { createSubgraph, type Subgraph } from '@tikitu/kit/subgraph'
import { events } from '@tikitu/schema/events/registry'
import { subgraphSdl } from '@tikitu/schema/sdl'
import { sql } from 'drizzle-orm'
import { type Ctx, createCtx, type Deps } from './context.ts'
import { handlers } from './events.ts'
import { resolvers } from './resolvers/resolvers.ts'

export interface BookingOptions extends Deps {
  requestKeys: readonly RequestKey[]
  /** The public keys of another service. */
  keysOf: (service: string) => KeyFinder
}

/** The booking subgraph, without a port. */
export async function createBooking(options: BookingOptions): Promise<Subgraph<Ctx>> {
  return await createSubgraph<Ctx>({
    name: 'booking',
    schema: buildSchema(subgraphSdl('booking'), resolvers),
    createCtx: (caller) => createCtx(options, caller),
    requestKeys: options.requestKeys,
    jwks: options.keys.jwks,
    log: options.log,
    receive: createInbox({ registry: events, handlers, keysOf: options.keysOf }),
    checkReady: async () => void (await options.db.execute(sql`select 1`)),
  })
}
