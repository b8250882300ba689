import { sql } from 'drizzle-orm'
import { withAccessHandlers } from '../access/access-subjects.ts'
import { createAccessWatch } from '../access/access-watch.ts'
import type { Route } from '../base/http.ts'
import type { BaseCtx, Caller } from '../context/context.ts'
import type { NodeGetters } from '../graphql/nodes.ts'
import { buildSchema, type ResolverMap } from '../graphql/schema.ts'
import type { EventRegistry } from '../messaging/cloud-event.ts'
import { createInbox, type EventHandlers } from '../messaging/inbox.ts'
import { createSubgraph, type Subgraph, type SubgraphOptions } from './create-subgraph.ts'
import { admitCaller } from './graphql-route.ts'
import type { SubgraphDeps } from './run-subgraph.ts'

/** The caller with their current rights. @throws {UserSuspended | Unauthenticated} */
export type AdmitCaller = (caller: Caller) => Promise<Caller>

/** The parts in which subgraphs differ. */
export interface SubgraphParts<R extends EventRegistry, C extends BaseCtx> {
  name: string
  sdl: string
  resolvers: ResolverMap
  /** Loads each `Node` type of its own; absent when there are none. */
  nodes?: NodeGetters<C>
  registry: R
  handlers: EventHandlers<R, C>
  createCtx: (caller: Caller) => C
  describeSubject?: SubgraphOptions<C>['describeSubject']
  /** Further endpoints, which authenticate their callers themselves and may read the current rights of a user by `admit`. */
  routes?: (admit: AdmitCaller) => Readonly<Record<string, Route>>
  /** Releases its resources. */
  close?: () => Promise<void>
}

/** Composes a subgraph without a listening server: schema, inbox and keys. It is ready while its database responds. */
export async function composeSubgraph<R extends EventRegistry, C extends BaseCtx>(
  { db, keys, keysOf, log, now, requestKeys, maxStreams }: SubgraphDeps,
  { name, sdl, resolvers, nodes, registry, handlers, createCtx, describeSubject, routes, close }: SubgraphParts<R, C>,
): Promise<Subgraph<C>> {
  const access = createAccessWatch({ db, log, now })
  return await createSubgraph<C>({
    name,
    schema: buildSchema(sdl, resolvers, nodes),
    createCtx,
    requestKeys,
    jwks: keys.jwks,
    log,
    access,
    describeSubject,
    receive: createInbox({ registry, handlers: withAccessHandlers(name, handlers), keysOf }),
    checkReady: async () => void (await db.execute(sql`select 1`)),
    routes: routes?.((caller) => admitCaller({ access }, caller)),
    maxStreams,
    close,
  })
}
