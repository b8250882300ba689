import { ApolloGateway } from '@apollo/gateway'
import type { Log } from '@tikitu/kit/log'
import { GraphQLError, getOperationAST } from 'graphql'
import { checkOperation, type Policies } from './access/check-operation.ts'
import type { GatewayContext } from './context.ts'
import type { SubgraphAccess } from './env.ts'
import { planAhead } from './operations/plan-ahead.ts'
import { createSupergraphSource, type SupergraphSource } from './supergraph/supergraph-source.ts'
import { createSubgraphSource, type SubgraphSource } from './upstream/subgraph-source.ts'

export interface GraphOptions {
  supergraphFile: string
  /** Address and keys of a subgraph. @throws when they are not known */
  accessOf: (name: string) => SubgraphAccess
  policies: Policies
  connections: number
  timeoutMs: number
  maxAnswerBytes: number
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
      return source
    },
  })
  guard(gateway, supergraph, options.policies)
  return {
    gateway,
    supergraph,
    locations: () =>
      supergraph.current().subgraphs.map(({ name, url }) => ({ name, url: urlOf(options.accessOf(name), url) })),
    close: async () => void (await Promise.all([...sources].map((source) => source.close()))),
  }
}

/** Checked in one turn of the event loop with the start of the execution, so rules and graph are of the same load. */
function guard(gateway: ApolloGateway, supergraph: SupergraphSource, policies: Policies): void {
  const execute = gateway.executor
  gateway.executor = async (request) => {
    const { document, context } = request
    const { viewer } = context as GatewayContext
    const operation = getOperationAST(document, request.request.operationName)
    if (!operation) return { errors: [unknownOperation(request.request.operationName)] }
    if ((context as GatewayContext).isWarmUp)
      return await planAhead(gateway, { document, queryHash: request.queryHash })
    checkOperation({ rules: supergraph.current().rules, policies }, { document, operation }, viewer)
    return await execute(request)
  }
}

function unknownOperation(name: string | undefined): GraphQLError {
  return new GraphQLError(
    name ? `There is no operation named ${name} in this document.` : 'operationName must say which operation to run.',
  )
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
