import { ApolloGateway } from '@apollo/gateway'
import type { ExecutorMode } from '@tikitu/federation-executor/executor-mode'
import { installExecutor } from '@tikitu/federation-executor/install-executor'
import type { RequestKey } from '@tikitu/kit/auth/request-signatures'
import type { Log } from '@tikitu/kit/base/log'
import { markOneOf, oneOfInputs } from '@tikitu/schema/one-of'
import { parse } from 'graphql'
import { openResponseCache, type ResponseCacheSettings } from './cache/open-response-cache.ts'
import { createResponseCost } from './cost/response-cost.ts'
import { type GuardOptions, guard } from './guard.ts'
import { createNodeSource } from './nodes/node-source.ts'
import type { Send } from './request/context.ts'
import { addressOf, type SubgraphAccess } from './subgraph-access.ts'
import { createSubgraphSource, type SubgraphSource } from './subgraphs/data-source.ts'
import { createEventSource, type EventSource, type OpenEvents } from './subscriptions/event-source.ts'
import { withReconnect } from './subscriptions/reconnect.ts'
import { isLocal } from './supergraph/read-nodes.ts'
import { giveRealScalars, type Scalars } from './supergraph/real-scalars.ts'
import { createSupergraphSource, type SupergraphSource } from './supergraph/supergraph-source.ts'

export interface GraphOptions extends GuardOptions, ResponseCacheSettings {
  supergraphFile: string
  /** Whether `error-codes.json` must exist beside the supergraph. */
  needsErrorCodes: boolean
  /** Whether the gateway resolves `node` and `nodes` itself, as the supergraph says. */
  hasLocalSubgraph: boolean
  /** Scalars that the gateway validates like the services, by name. */
  scalars: Scalars
  /** The executor to use. */
  executor: ExecutorMode
  /** The address and keys of a subgraph. @throws when they are not configured */
  accessOf: (name: string) => SubgraphAccess
  connections: number
  timeoutMs: number
  maxAnswerBytes: number
  /** Whether queries are retried after an outage. */
  retries: boolean
  /** How long a failing subgraph is not called (circuit breaker). */
  breakMs: number
  /** Whether equal concurrent queries of one caller are sent once. */
  isDeduplicating: boolean
  /** How long to reconnect to a subgraph's event stream that broke. */
  streams: { resumeMs: number; silenceMs: number }
  exposePlans: boolean
  log: Log
}

/** The address of a subgraph, and the keys that sign requests to it. */
export interface SubgraphPlace {
  name: string
  url: string
  keys: readonly RequestKey[]
}

/*
 * The way of a request, in order. Each step is a file; `createGateway` in server.ts puts them together.
 *
 *  1. http/router.ts                  request id, security headers, CORS, route
 *  2. http/buffer-request.ts          reads the whole body, then takes a slot of http/shed-load.ts
 *  3. subscriptions/sse-route.ts      takes over what accepts `text/event-stream`; everything else goes on
 *  4. http/graphql-route.ts           creates the context (http/request-context.ts: address, rates, auth/authenticate.ts)
 *  5. operations/resolve-operation.ts finds persisted operations, and refuses others where only those are accepted
 *  6. http/fast-path.ts               parses and validates with operations/parse-operation.ts; Apollo Server does for the rest
 *  7. guard.ts                        access/check-operation.ts, cost/check-cost.ts, rates/rates.ts
 *  8. access/run-authorized.ts        leaves out what the viewer may not see, and puts nulls there afterwards
 *  9. @tikitu/federation-executor     install-executor.ts: plans, compiles, fetches, writes the response
 * 10. subgraphs/data-source.ts        response cache, deduplication, retries, then subgraphs/subgraph-client.ts signs and sends
 * 11. request/mask-errors.ts          removes what clients may not know from errors
 */

/** The federated graph: plans operations, checks access, and executes them. */
export interface Graph {
  gateway: ApolloGateway
  supergraph: SupergraphSource
  sendTo: (subgraph: string) => Send
  /** The event streams of a subgraph. */
  openTo: (subgraph: string) => OpenEvents
  /** The addresses of the current supergraph's subgraphs. */
  locations: () => SubgraphPlace[]
  close: () => Promise<void>
}

/** Creates the graph from a supergraph file. It loads when Apollo Server starts. */
export function createGraph(options: GraphOptions): Graph {
  process.env.APOLLO_TELEMETRY_DISABLED ??= '1'
  const placeOf = (name: string, stated: string) => {
    const access = options.accessOf(name)
    return { name, url: addressOf(access, { name, stated }), keys: access.keys }
  }
  const check = ({ subgraphs }: { subgraphs: { name: string; url: string }[] }): void => {
    for (const { name, url } of subgraphs) placeOf(name, url)
  }
  const supergraph = createSupergraphSource({ ...options, file: options.supergraphFile, check })
  const { buildService, sendTo, openTo, close } = connectSubgraphs(options, supergraph, placeOf)
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph.manager,
    logger: quiet(options.log),
    __exposeQueryPlanExperimental: options.exposePlans,
    buildService,
  })
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    giveRealScalars(apiSchema, options.scalars)
    markOneOf(apiSchema, oneOfInputs(parse(coreSupergraphSdl, { noLocation: true })))
  })
  installExecutor(gateway, {
    ...options,
    mode: options.executor,
    sendTo,
    responseCostOf: (schema) =>
      options.costs.isReported || options.rates ? createResponseCost(schema, supergraph.current().costs) : null,
    onPlanning: (context, text) => options.rates?.chargeReading(context, text),
  })
  guard(gateway, supergraph, options)
  const locations = () => supergraph.current().subgraphs.map(({ name, url }) => placeOf(name, url))
  return { gateway, supergraph, sendTo, openTo, locations, close }
}

/** The subgraphs of the supergraph. Each connects when the gateway builds its service. */
function connectSubgraphs(
  options: GraphOptions,
  supergraph: SupergraphSource,
  placeOf: (name: string, stated: string) => SubgraphPlace,
) {
  const sources = new Set<SubgraphSource | EventSource>()
  const sends = new Map<string, Send>()
  const streams = new Map<string, OpenEvents>()
  const responseCache = openResponseCache(options, () => supergraph.current().hash)
  const sendTo = (name: string): Send => requireOf(sends, name)
  const buildLocal = (name: string) => {
    const source = createNodeSource({ types: () => supergraph.current().nodes, sendTo })
    sends.set(name, source.send)
    return source
  }
  return {
    sendTo,
    openTo: (name: string): OpenEvents => requireOf(streams, name),
    buildService: ({ name, url = '' }: { name: string; url?: string | undefined }) => {
      if (options.hasLocalSubgraph && isLocal(url)) return buildLocal(name)
      const errorCodes = () => supergraph.current().errorCodes
      const place = { ...options, ...placeOf(name, url), errorCodes, responseCache }
      const source = createSubgraphSource(place)
      const events = createEventSource({ ...place, ...options.streams })
      sources.add(source).add(events)
      sends.set(name, source.send)
      streams.set(name, withReconnect(events.open, { ...options.streams, name, log: options.log }))
      return source
    },
    close: async () => {
      await Promise.all([...sources].map((source) => source.close()))
      responseCache?.close()
    },
  }
}

function requireOf<T>(bySubgraph: ReadonlyMap<string, T>, name: string): T {
  const found = bySubgraph.get(name)
  if (!found) throw new Error(`there is no subgraph ${name}`)
  return found
}

/** Apollo's messages are logged at level debug. */
function quiet(log: Log) {
  return {
    debug: (message?: unknown) => log.trace(String(message)),
    info: (message?: unknown) => log.debug(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}
