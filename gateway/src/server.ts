import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { stringifyResult } from '@tikitu/federation-executor/write/raw-json'
import type { Log } from '@tikitu/kit/base/log'
import type { RestEndpoint } from '@tikitu/schema/rest/endpoint'
import { type AccessDirectory, withAccessCheck } from './auth/access-directory.ts'
import type { Authenticate } from './auth/authenticate.ts'
import { openDirectory, type Rights } from './auth/open-directory.ts'
import { createGraph, type Graph, type GraphOptions } from './graph.ts'
import { graphiqlRoutes } from './graphiql/graphiql-routes.ts'
import type { DemoAccount } from './graphiql/page.ts'
import type { ExplorerTab } from './graphiql/read-tabs.ts'
import { acceptedStatusPlugin } from './http/accepted-status.ts'
import { createBodyReader } from './http/body-reader.ts'
import { type BufferOptions, bufferRequests } from './http/buffer-request.ts'
import { cacheHeaderPlugin } from './http/cache-header.ts'
import { checkHealthPage, checkTypename } from './http/check-health.ts'
import { createFastPath } from './http/fast-path.ts'
import { graphqlRoute } from './http/graphql-route.ts'
import { healthRoutes } from './http/health-routes.ts'
import { type AllowsOrigin, allowOrigins } from './http/origins.ts'
import { createRequestContext } from './http/request-context.ts'
import { createRouter, type GatewayRoute, type HttpExchange } from './http/router.ts'
import { sandboxPlugin } from './http/sandbox-plugin.ts'
import { sandboxPolicy } from './http/sandbox-policy.ts'
import type { ServicePath } from './http/service-paths.ts'
import { serviceRoutes } from './http/service-routes.ts'
import { type ConcurrencyLimiter, type ConcurrencyLimits, createConcurrencyLimiter } from './http/shed-load.ts'
import { type Limits, limitPlugin, maxValidationErrors } from './limits/limit-rule.ts'
import { createManifestSource, type ManifestSource, type ManifestSourceOptions } from './operations/manifest-source.ts'
import { createOperationParser, type ParseOperation, validationRulesOf } from './operations/parse-operation.ts'
import { readingPlugin } from './operations/reading-plugin.ts'
import { createOperationResolver, type OperationResolverOptions } from './operations/resolve-operation.ts'
import { clientAddress, unknownProxyNote } from './rates/client-address.ts'
import type { GatewayContext } from './request/context.ts'
import { createErrorMask, type ErrorMask } from './request/mask-errors.ts'
import { openRest } from './rest/open-rest.ts'
import { createExecuteOnce } from './subscriptions/execute-once.ts'
import { createSubscriptions, type SubscriptionLimits, type Subscriptions } from './subscriptions/subscriptions.ts'
import { createPlanWarmer } from './warm-plans.ts'

export interface GatewayOptions extends GraphOptions {
  authenticate: Authenticate
  /** The name of the graph in manifests. */
  graphName: string
  /** The subgraphs that own the rights of callers. Null: rights come from the token. */
  rights: Rights | null
  /** The public paths of services besides GraphQL. */
  servicePaths: readonly ServicePath[]
  /** The REST endpoints; their operations are in `schema/operations`. */
  restEndpoints: readonly RestEndpoint[]
  /** Whether subgraphs have a health page. Others are checked with a query. */
  hasHealthPages: boolean
  limits: Limits
  /** Persisted operations, and whether others are accepted. */
  persisted: Pick<OperationResolverOptions, 'mode'> & Omit<ManifestSourceOptions, 'log'>
  /**
   * Whether clients may register operations by hash (automatic persisted queries). Always off when only persisted operations are accepted.
   */
  automaticPersisted: boolean
  maxBodyBytes: number
  /** The limits of subscriptions. */
  streams: SubscriptionLimits
  /** The time limits of request bodies. */
  bodyTimeoutMs: number
  /** The limit of concurrent requests. */
  concurrency: ConcurrencyLimits
  /** The number of trusted proxies in front of the gateway. */
  proxies: number
  corsOrigins: readonly string[]
  /** Whether pages of this machine may read responses, on any port. */
  corsLocal: boolean
  introspection: boolean
  /** Whether to serve Sandbox and GraphiQL. */
  explorers: boolean
  /** Whether they have a sign-in, which uses mutations of the graph. */
  hasSignIn: boolean
  /** The accounts for one-click sign-in to GraphiQL. */
  demoAccounts: readonly DemoAccount[]
  /** The tabs of a first visit to GraphiQL. */
  explorerTabs: readonly ExplorerTab[]
  log: Log
}

/** A gateway without a port. `handle` handles HTTP requests. */
export interface Gateway {
  graph: Graph
  handle: (request: IncomingMessage, response: ServerResponse) => void
  /** Handles a WebSocket upgrade. */
  upgrade: Subscriptions['upgrade']
  /** The open subscriptions. */
  subscriptionCounts: Subscriptions['counts']
  /** Starts the shutdown: responses close their connections, streams end, and the gateway is not ready. */
  drain: () => void
  /** Reloads the supergraph and the persisted operations. */
  reload: () => void
  close: () => Promise<void>
}

/** Creates a gateway and loads its supergraph. @throws when the supergraph does not load */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const graph = createGraph(options)
  const callers = callersOf(options, graph)
  const mask = maskOf(options, graph)
  const apollo = createApollo(options, graph, mask)
  const known = createManifestSource({ ...options.persisted, log: options.log })
  const admit = admissionOf(options, known)
  const limiter = createConcurrencyLimiter(options.concurrency)
  const prepare = createOperationParser(graph.gateway, { ...options, onReading: readingCharge(options) })
  const live = liveOver(options, graph, { mask, admit, limiter, prepare, ...callers, apollo })
  const fastPath = fastPathOf(options, graph, { prepare, mask })
  const rest = openRest(options, graph.gateway, { ...callers, prepare, mask })
  const warm = createPlanWarmer({ ...options, ...graph, apollo, known, ownTexts: rest.texts, live, prepare })
  await apollo.start()
  await warm()
  for (const source of [graph.supergraph, known]) source.onUpdate(() => void warm())
  let isDraining = false
  const pagePolicy = options.explorers ? sandboxPolicy : null
  const graphql = live.withSse(graphqlRoute({ ...callers, apollo, fastPath, resolveOperation: admit, pagePolicy }))
  const services = servicesOf(options, graph, limiter)
  const taking = takingOf(options, limiter, options.maxBodyBytes)
  const first = [bufferRequests(graphql, taking), ...healthOf(options, graph, () => !isDraining), ...rest.pages]
  const routes = [...first, bufferRequests(rest.route, taking), ...services.routes, ...pagesOf(options)]
  return {
    graph,
    handle: createRouter({ routes, allowsOrigin: originsOf(options), isDraining: () => isDraining, log: options.log }),
    upgrade: live.upgrade,
    subscriptionCounts: live.counts,
    drain: () => {
      isDraining = true
      live.drain()
    },
    reload: () => {
      graph.supergraph.reload()
      known.reload()
    },
    close: async () => {
      known.close()
      live.drain()
      await callers.directory?.close()
      await apollo.stop()
      await services.close()
      await graph.close()
    },
  }
}

function fastPathOf(options: GatewayOptions, { gateway }: Graph, parts: { prepare: ParseOperation; mask: ErrorMask }) {
  if (options.executor !== 'compiled') return null
  return createFastPath({ ...parts, execute: gateway.executor, remembers: remembers(options) })
}

function maskOf({ log, introspection }: GatewayOptions, { supergraph }: Graph): ErrorMask {
  return createErrorMask({ log, errorCodes: () => supergraph.current().errorCodes, isHinting: introspection })
}

function originsOf({ corsOrigins, corsLocal }: GatewayOptions): AllowsOrigin {
  return allowOrigins(corsOrigins, { isLocal: corsLocal })
}

function healthOf({ hasHealthPages }: GatewayOptions, { locations }: Graph, isReady: () => boolean): GatewayRoute[] {
  return healthRoutes({ locations, ask: hasHealthPages ? checkHealthPage : checkTypename, isReady, now: Date.now })
}

/** Routes for browsers: Sandbox and GraphiQL. */
function pagesOf({ explorers, hasSignIn, demoAccounts, explorerTabs: tabs }: GatewayOptions): GatewayRoute[] {
  return explorers ? [homeRoute, ...graphiqlRoutes({ accounts: hasSignIn ? demoAccounts : null, tabs })] : []
}

/** The routes of services' public paths. */
function servicesOf(options: GatewayOptions, { locations }: Graph, limiter: ConcurrencyLimiter) {
  const { rates, proxies, timeoutMs, maxAnswerBytes, log } = options
  return serviceRoutes({
    paths: options.servicePaths,
    locations,
    takingOf: (maxBodyBytes) => takingOf(options, limiter, maxBodyBytes),
    charge: async ({ request }, cost) => await rates?.chargeRequest(clientAddress(request, proxies), cost),
    timeoutMs,
    maxAnswerBytes,
    log,
  })
}

function takingOf(options: GatewayOptions, limiter: ConcurrencyLimiter, maxBodyBytes: number): BufferOptions {
  const { bodyTimeoutMs, concurrency, proxies, log } = options
  const { perAddress } = concurrency
  const noteProxy = proxies === 0 ? unknownProxyNote(log) : () => {}
  const readBody = createBodyReader({ maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs, perAddress })
  const addressOf = (request: IncomingMessage): string => {
    noteProxy(request)
    return clientAddress(request, proxies)
  }
  return { limiter, readBody, addressOf }
}

function admissionOf(options: GatewayOptions, { current }: ManifestSource) {
  const { persisted, limits, log } = options
  const onReading = readingCharge(options)
  return createOperationResolver({ mode: persisted.mode, manifest: current, maxTokens: limits.tokens, onReading, log })
}

/** Charges unknown texts to their sender. */
function readingCharge({ rates }: GatewayOptions) {
  return (context: GatewayContext, text: string): void => rates?.chargeReading(context, text)
}

type ContextOf = (incoming: HttpExchange) => Promise<GatewayContext>

/** Identifies the caller by the token, with their current rights. */
function callersOf(options: GatewayOptions, graph: Graph): { directory: AccessDirectory | null; contextOf: ContextOf } {
  const directory = openDirectory({ ...options, locations: graph.locations() })
  const authenticate = directory ? withAccessCheck(options.authenticate, directory) : options.authenticate
  const dependencies = { authenticate, rates: options.rates, proxies: options.proxies }
  return { directory, contextOf: (incoming) => createRequestContext(dependencies, incoming) }
}

/** Subscriptions over SSE and WebSocket. */
function liveOver(
  options: GatewayOptions,
  graph: Graph,
  parts: {
    mask: ErrorMask
    admit: ReturnType<typeof createOperationResolver>
    limiter: ConcurrencyLimiter
    prepare: ParseOperation
    apollo: ApolloServer<GatewayContext>
    contextOf: ContextOf
    directory: AccessDirectory | null
  },
): Subscriptions {
  return createSubscriptions({
    ...options,
    ...graph,
    ...parts,
    resolveOperation: parts.admit,
    executeOnce: createExecuteOnce(parts.apollo),
    contextOf: (incoming) => parts.contextOf(incoming as HttpExchange),
    allowsOrigin: originsOf(options),
  })
}

/** Whether clients may register operations by hash. */
function remembers({ automaticPersisted, persisted }: GatewayOptions): boolean {
  return automaticPersisted && persisted.mode !== 'enforce'
}

/** How long a registered operation is stored. */
const rememberedSeconds = 86_400

/** Redirects a browser at the root to GraphiQL, which works offline. */
const homeRoute: GatewayRoute = {
  path: '/',
  methods: ['GET', 'HEAD'],
  answer: async ({ response }) => void response.writeHead(302, { location: '/graphiql' }).end(),
}

function createApollo(options: GatewayOptions, graph: Graph, mask: ErrorMask): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: graph.gateway,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: remembers(options) && { ttl: rememberedSeconds },
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    logger: options.log as never,
    parseOptions: { maxTokens: options.limits.tokens },
    validationRules: validationRulesOf(options),
    validationOptions: { maxErrors: maxValidationErrors },
    formatError: mask.formatError,
    stringifyResult: (result) => `${stringifyResult(result as Record<string, unknown>)}\n`,
    plugins: [
      mask.plugin,
      limitPlugin,
      readingPlugin(readingCharge(options)),
      acceptedStatusPlugin,
      cacheHeaderPlugin,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      options.explorers ? sandboxPlugin(options.demoAccounts.length > 0) : ApolloServerPluginLandingPageDisabled(),
    ],
  })
}
