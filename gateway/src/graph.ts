import { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/log'
import { markOneOf, oneOfInputs } from '@tikitu/schema/one-of'
import { parse } from 'graphql'
import { openShelf, type ShelfSettings } from './cache/open-shelf.ts'
import type { SubgraphAccess } from './env.ts'
import { chooseExecutor, type ExecutorMode } from './executor/choose-executor.ts'
import type { Send } from './executor/run.ts'
import { type GuardOptions, guard } from './guard.ts'
import { createEventSource, type EventSource, type OpenEvents } from './live/event-source.ts'
import { reopening } from './live/reopen.ts'
import { createNodeSource } from './nodes/node-source.ts'
import { isLocal } from './supergraph/read-nodes.ts'
import { giveRealScalars } from './supergraph/real-scalars.ts'
import { createSupergraphSource, type SupergraphSource } from './supergraph/supergraph-source.ts'
import { createSubgraphSource, type SubgraphSource } from './upstream/subgraph-source.ts'

export interface GraphOptions extends GuardOptions, ShelfSettings {
  supergraphFile: string
  /** Which executor answers. */
  executor: ExecutorMode
  /** Address and keys of a subgraph. @throws when they are not known */
  accessOf: (name: string) => SubgraphAccess
  connections: number
  timeoutMs: number
  maxAnswerBytes: number
  /** Whether queries that met an outage are tried again. */
  retries: boolean
  /** For how long a subgraph is left alone that fails. */
  breakMs: number
  /** Whether equal queries of one caller at one time are sent once. */
  isSharing: boolean
  /** For how long a stream that breaks at its subgraph is opened again. */
  streams: { resumeMs: number; silenceMs: number }
  exposePlans: boolean
  log: Log
}

/** The graph that clients see: plans operations, checks who may run them, and runs them over the subgraphs. */
export interface Graph {
  gateway: ApolloGateway
  supergraph: SupergraphSource
  sendTo: (subgraph: string) => Send
  /** Streams of a subgraph. */
  openTo: (subgraph: string) => OpenEvents
  /** Where each subgraph of the supergraph in use answers. */
  locations: () => { name: string; url: string }[]
  close: () => Promise<void>
}

/** A graph over the supergraph in a file. Loaded when Apollo Server starts. */
export function createGraph(options: GraphOptions): Graph {
  process.env.APOLLO_TELEMETRY_DISABLED ??= '1'
  const check = ({ subgraphs }: { subgraphs: { name: string }[] }): void => {
    for (const { name } of subgraphs) options.accessOf(name)
  }
  const supergraph = createSupergraphSource({ file: options.supergraphFile, log: options.log, check })
  const { buildService, sendTo, openTo, close } = connectSubgraphs(options, supergraph)
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph.manager,
    logger: quiet(options.log),
    __exposeQueryPlanExperimental: options.exposePlans,
    buildService,
  })
  gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
    giveRealScalars(apiSchema)
    markOneOf(apiSchema, oneOfInputs(parse(coreSupergraphSdl, { noLocation: true })))
  })
  chooseExecutor(gateway, {
    ...options,
    mode: options.executor,
    sendTo,
    costs: () => (options.costs.isReported || options.rates ? supergraph.current().costs : null),
    onPlanning: (context, text) => options.rates?.chargeReading(context, text),
  })
  guard(gateway, supergraph, options)
  const locations = () =>
    supergraph.current().subgraphs.map(({ name, url }) => ({ name, url: urlOf(options.accessOf(name), url) }))
  return { gateway, supergraph, sendTo, openTo, locations, close }
}

/** The subgraphs of the supergraph, each connected when the gateway builds its service. */
function connectSubgraphs(options: GraphOptions, supergraph: SupergraphSource) {
  const sources = new Set<SubgraphSource | EventSource>()
  const sends = new Map<string, Send>()
  const streams = new Map<string, OpenEvents>()
  const shelf = openShelf(options, () => supergraph.current().hash)
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
      if (isLocal(url)) return buildLocal(name)
      const access = options.accessOf(name)
      const errorCodes = () => supergraph.current().errorCodes
      const place = { ...options, name, url: urlOf(access, url), keys: access.keys, errorCodes, shelf }
      const source = createSubgraphSource(place)
      const events = createEventSource({ ...place, ...options.streams })
      sources.add(source).add(events)
      sends.set(name, source.send)
      streams.set(name, reopening(events.open, { ...options.streams, name, log: options.log }))
      return source
    },
    close: async () => {
      await Promise.all([...sources].map((source) => source.close()))
      shelf?.close()
    },
  }
}

function requireOf<T>(bySubgraph: ReadonlyMap<string, T>, name: string): T {
  const found = bySubgraph.get(name)
  if (!found) throw new Error(`there is no subgraph ${name}`)
  return found
}

/** The environment moves a subgraph to another host; its path stays what the supergraph says. */
function urlOf(access: SubgraphAccess, stated: string): string {
  return access.url ? `${access.url}${new URL(stated).pathname}` : stated
}

/** What Apollo tells is for those who debug it. */
function quiet(log: Log) {
  return {
    debug: (message?: unknown) => log.trace(String(message)),
    info: (message?: unknown) => log.debug(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  }
}
