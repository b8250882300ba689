import type { IncomingMessage, ServerResponse } from 'node:http'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import type { Log } from '@tikitu/kit/log'
import type { GatewayContext } from './context.ts'
import { createErrorMask } from './errors/mask-errors.ts'
import { stringifyResult } from './executor/data-text.ts'
import { createGraph, type Graph, type GraphOptions } from './graph.ts'
import { graphiqlRoutes } from './graphiql/graphiql-routes.ts'
import type { DemoAccount } from './graphiql/page.ts'
import { acceptedStatusPlugin } from './http/accepted-status.ts'
import { cacheHeaderPlugin } from './http/cache-header.ts'
import { createFront, type FrontRoute, type Incoming } from './http/front.ts'
import { graphqlRoute } from './http/graphql-route.ts'
import { healthRoutes } from './http/health-routes.ts'
import { requestContext } from './http/request-context.ts'
import { sandboxPolicy } from './http/sandbox-policy.ts'
import { sheddingLoad } from './http/shed-load.ts'
import type { Authenticate } from './identity/authenticate.ts'
import { type Limits, limitPlugin, limitRule, maxValidationErrors } from './limits/limit-rule.ts'
import { type AdmissionOptions, createAdmission } from './operations/admit-operation.ts'
import { warmPlans } from './operations/warm-plans.ts'

export interface GatewayOptions extends GraphOptions {
  authenticate: Authenticate
  limits: Limits
  /** Operations known beforehand, and whether others run. */
  persisted: Pick<AdmissionOptions, 'mode' | 'manifest'>
  /** Whether clients may have a text remembered by its hash (Apollo's automatic persisted queries). Never while only known ones run. */
  automaticPersisted: boolean
  maxBodyBytes: number
  /** Requests that run at once; others are refused. */
  maxAtOnce: number
  /** How many of our own proxies a request has passed: what they say of its sender is believed. */
  proxies: number
  corsOrigins: readonly string[]
  introspection: boolean
  /** Whether Sandbox and GraphiQL are served. */
  explorers: boolean
  /** Who can sign in to GraphiQL with one click. */
  demoAccounts: readonly DemoAccount[]
  log: Log
}

/** A gateway without a port: `handle` answers HTTP. */
export interface Gateway {
  graph: Graph
  handle: (request: IncomingMessage, response: ServerResponse) => void
  /** From now on answers ask clients to connect anew, and the gateway is not ready. */
  drain: () => void
  close: () => Promise<void>
}

/** A gateway over the supergraph in a file. It has loaded before it is returned. @throws when the supergraph does not load */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const graph = createGraph(options)
  const apollo = createApollo(options, graph)
  await apollo.start()
  const warm = (): Promise<void> => warmPlans(apollo, options.persisted.manifest, options.log)
  await warm()
  graph.supergraph.onUpdate(() => void warm())
  let isDraining = false
  const contextOf = (incoming: Incoming): Promise<GatewayContext> => requestContext(options, incoming)
  const isReady = (): boolean => !isDraining
  const routes = [
    sheddingLoad(
      graphqlRoute({
        ...options,
        apollo,
        contextOf,
        admit: createAdmission({ ...options.persisted, maxTokens: options.limits.tokens, log: options.log }),
        pagePolicy: options.explorers ? sandboxPolicy : null,
      }),
      options.maxAtOnce,
    ),
    ...healthRoutes({ locations: graph.locations, isReady, now: Date.now }),
    ...(options.explorers ? [homeRoute, ...graphiqlRoutes(options.demoAccounts)] : []),
  ]
  const cors = { origins: new Set(options.corsOrigins) }
  return {
    graph,
    handle: createFront({ routes, cors, isDraining: () => isDraining, log: options.log }),
    drain: () => {
      isDraining = true
    },
    close: async () => {
      await apollo.stop()
      await graph.close()
    },
  }
}

/** How long a text is remembered that a client sent with its hash. */
const rememberedSeconds = 86_400

/** A developer who opens the address itself is led to the explorer that works without the internet. */
const homeRoute: FrontRoute = {
  path: '/',
  methods: ['GET', 'HEAD'],
  answer: async ({ response }) => void response.writeHead(302, { location: '/graphiql' }).end(),
}

function createApollo(options: GatewayOptions, graph: Graph): ApolloServer<GatewayContext> {
  const mask = createErrorMask(options.log, () => graph.supergraph.current().errorCodes)
  return new ApolloServer<GatewayContext>({
    gateway: graph.gateway,
    introspection: options.introspection,
    hideSchemaDetailsFromClientErrors: !options.introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: options.automaticPersisted && options.persisted.mode !== 'enforce' && { ttl: rememberedSeconds },
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    logger: options.log as never,
    parseOptions: { maxTokens: options.limits.tokens },
    validationRules: [limitRule(options.limits)],
    validationOptions: { maxErrors: maxValidationErrors },
    formatError: mask.formatError,
    stringifyResult: (result) => `${stringifyResult(result as Record<string, unknown>)}\n`,
    plugins: [
      mask.plugin,
      limitPlugin,
      acceptedStatusPlugin,
      cacheHeaderPlugin,
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      options.explorers
        ? ApolloServerPluginLandingPageLocalDefault({ footer: false })
        : ApolloServerPluginLandingPageDisabled(),
    ],
  })
}
