import { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/log'
import type { SubgraphAccess } from './env.ts'
import { chooseExecutor, type ExecutorMode } from './executor/choose-executor.ts'
import type { Send } from './executor/run.ts'
import { type GuardOptions, guard } from './guard.ts'
import { createSupergraphSource, type SupergraphSource } from './supergraph/supergraph-source.ts'
import { createSubgraphSource, type SubgraphSource } from './upstream/subgraph-source.ts'

export interface GraphOptions extends GuardOptions {
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
  /** How much of what a subgraph calls public is kept. */
  maxKeptBytes: number
  exposePlans: boolean
  log: Log
}

/** The graph that clients see: plans operations, checks who may run them, and runs them over the subgraphs. */
export interface Graph {
  gateway: ApolloGateway
  supergraph: SupergraphSource
  /** Where each subgraph of the supergraph in use answers. */
  locations: () => { name: string; url: string }[]
  close: () => Promise<void>
}

/** A graph over the supergraph in a file. Loaded when Apollo Server starts. */
export function createGraph(options: GraphOptions): Graph {
  process.env.APOLLO_TELEMETRY_DISABLED ??= '1'
  const sources = new Set<SubgraphSource>()
  const sends = new Map<string, Send>()
  const check = ({ subgraphs }: { subgraphs: { name: string }[] }): void => {
    for (const { name } of subgraphs) options.accessOf(name)
  }
  const supergraph = createSupergraphSource({ file: options.supergraphFile, log: options.log, check })
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph.manager,
    logger: quiet(options.log),
    __exposeQueryPlanExperimental: options.exposePlans,
    buildService: ({ name, url }) => {
      const access = options.accessOf(name)
      const source = createSubgraphSource({
        ...options,
        name,
        url: urlOf(access, url ?? ''),
        keys: access.keys,
        errorCodes: () => supergraph.current().errorCodes,
      })
      sources.add(source)
      sends.set(name, source.send)
      return source
    },
  })
  chooseExecutor(gateway, { mode: options.executor, sendTo: (name) => requireSend(sends, name), log: options.log })
  guard(gateway, supergraph, options)
  return {
    gateway,
    supergraph,
    locations: () =>
      supergraph.current().subgraphs.map(({ name, url }) => ({ name, url: urlOf(options.accessOf(name), url) })),
    close: async () => void (await Promise.all([...sources].map((source) => source.close()))),
  }
}

function requireSend(sends: ReadonlyMap<string, Send>, name: string): Send {
  const send = sends.get(name)
  if (!send) throw new Error(`there is no subgraph ${name}`)
  return send
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
