import { fileURLToPath } from 'node:url'
import type { Log } from '@tikitu/kit/base/log'
import type { CognitoPool } from './auth/cognito.ts'
import type { GatewayEnv } from './env.ts'
import { traitsOf } from './graph-traits.ts'
import { type ExplorerTab, readTabs } from './graphiql/read-tabs.ts'
import { createRateStore } from './rates/rate-store.ts'
import { createRates, type Rates } from './rates/rates.ts'
import type { GatewayOptions } from './server.ts'

/** Allows Apollo's hosted Sandbox to use a gateway in development. */
const developmentOrigins = ['https://studio.apollographql.com']

/** The configured user pool; null when there is none, which foreign graphs allow. */
export function poolOf(env: GatewayEnv): CognitoPool | null {
  const { AWS_COGNITO_USER_POOL_ID: poolId, AWS_COGNITO_CLIENT_ID: clientIds } = env
  if (poolId === undefined || clientIds === undefined) return null
  return {
    region: env.AWS_REGION,
    poolId,
    clientIds,
    issuer: env.AWS_COGNITO_ISSUER,
    endpoint: env.AWS_COGNITO_ENDPOINT,
  }
}

/** The gateway's options from the environment. Production turns off development features. */
export function gatewayOptionsOf(env: GatewayEnv): Omit<GatewayOptions, 'accessOf' | 'authenticate' | 'log' | 'rates'> {
  const isProduction = env.NODE_ENV === 'production'
  return {
    ...traitsOf(env),
    supergraphFile: env.GATEWAY_SUPERGRAPH_FILE,
    executor: env.GATEWAY_EXECUTOR,
    policies: {},
    connections: env.GATEWAY_SUBGRAPH_CONNECTIONS,
    timeoutMs: env.GATEWAY_SUBGRAPH_TIMEOUT_MS,
    maxAnswerBytes: env.GATEWAY_MAX_ANSWER_BYTES,
    retries: env.GATEWAY_SUBGRAPH_RETRIES === 'on',
    breakMs: env.GATEWAY_SUBGRAPH_BREAK_MS,
    isDeduplicating: env.GATEWAY_DEDUPLICATE_REQUESTS === 'on',
    maxCacheBytes: env.GATEWAY_RESPONSE_CACHE_BYTES,
    cacheRedis: env.REDIS_URL ? { url: env.REDIS_URL, timeoutMs: env.GATEWAY_RESPONSE_CACHE_REDIS_TIMEOUT_MS } : null,
    streams: streamLimitsOf(env),
    bodyTimeoutMs: env.GATEWAY_BODY_TIMEOUT_MS,
    concurrency: loadLimitsOf(env),
    maxBodyBytes: env.GATEWAY_MAX_BODY_BYTES,
    limits: {
      tokens: env.GATEWAY_MAX_TOKENS,
      depth: env.GATEWAY_MAX_DEPTH,
      height: env.GATEWAY_MAX_HEIGHT,
      aliases: env.GATEWAY_MAX_ALIASES,
      rootFields: env.GATEWAY_MAX_ROOT_FIELDS,
      directives: env.GATEWAY_MAX_DIRECTIVES,
      recursion: env.GATEWAY_MAX_RECURSION,
    },
    costs: costsOf(env),
    proxies: env.GATEWAY_TRUSTED_PROXIES,
    persisted: persistedOf(env),
    automaticPersisted: env.GATEWAY_AUTOMATIC_PERSISTED_QUERIES === 'on',
    corsOrigins: isProduction ? env.GATEWAY_CORS_ORIGINS : [...developmentOrigins, ...env.GATEWAY_CORS_ORIGINS],
    corsLocal: isOn(env.GATEWAY_CORS_LOCALHOST, !isProduction),
    exposePlans: !isProduction,
    introspection: isOn(env.GATEWAY_INTROSPECTION, !isProduction),
    explorers: isOn(env.GATEWAY_EXPLORERS, !isProduction),
    demoAccounts: env.GATEWAY_DEMO_ACCOUNTS,
    explorerTabs: tabsOf(env.GATEWAY_EXPLORER_TABS_FILE),
  }
}

/** In production, one client may use a quarter of the slots. In development, all clients share an address. */
function loadLimitsOf(env: GatewayEnv): GatewayOptions['concurrency'] {
  const total = env.GATEWAY_MAX_REQUESTS_AT_ONCE
  const share = env.NODE_ENV === 'production' ? Math.ceil(total / 4) : total
  return { total, perAddress: env.GATEWAY_MAX_REQUESTS_PER_ADDRESS ?? share }
}

function costsOf(env: GatewayEnv): GatewayOptions['costs'] {
  return {
    listSize: env.GATEWAY_ASSUMED_LIST_SIZE,
    budgets: {
      anonymous: env.GATEWAY_MAX_COST_ANONYMOUS,
      user: env.GATEWAY_MAX_COST_USER,
      staff: env.GATEWAY_MAX_COST_STAFF,
    },
    isReported: env.GATEWAY_COST_IN_ANSWERS === 'on',
  }
}

function streamLimitsOf(env: GatewayEnv): GatewayOptions['streams'] {
  return {
    total: env.GATEWAY_MAX_STREAMS,
    perUser: env.GATEWAY_MAX_STREAMS_PER_USER,
    perAddress: env.GATEWAY_MAX_STREAMS_PER_ADDRESS,
    resumeMs: env.GATEWAY_STREAM_RESUME_MS,
    silenceMs: 30_000,
    heartbeatMs: 10_000,
  }
}

/** The rate limits from the environment. Development allows ten times as many attempts. */
export function ratesOf(env: GatewayEnv, log: Log): { rates: Rates | null; close: () => void } {
  if (env.GATEWAY_RATE_LIMITS === 'off') return { rates: null, close: () => undefined }
  const store = createRateStore({ redisUrl: env.REDIS_URL ?? null, prefix: 'tikitu:gateway', log })
  const rates = createRates({
    store,
    costPerMinute: { address: env.GATEWAY_RATE_COST_ADDRESS, user: env.GATEWAY_RATE_COST_USER },
    readingCost: env.GATEWAY_RATE_COST_READING,
    attemptLimits: traitsOf(env).attemptLimits,
    attemptFactor: env.GATEWAY_ATTEMPT_LIMIT_FACTOR ?? (env.NODE_ENV === 'production' ? 1 : 10),
  })
  return { rates, close: store.close }
}

function tabsOf(file: string | undefined): ExplorerTab[] {
  try {
    return file === undefined ? [] : readTabs(file)
  } catch (error) {
    throw new Error(`GATEWAY_EXPLORER_TABS_FILE has no operations to show: ${(error as Error).message}`)
  }
}

/** The manifest that `npm run codegen` writes for the SDK. */
const sdkManifest = fileURLToPath(
  new URL('../../packages/client/src/generated/persisted-documents.json', import.meta.url),
)

function persistedOf(env: GatewayEnv): GatewayOptions['persisted'] {
  const mode = env.GATEWAY_PERSISTED_OPERATIONS
  const file = env.GATEWAY_OPERATIONS_FILE ?? (env.GATEWAY_GRAPH === 'tikitu' ? sdkManifest : null)
  return { mode, file, isRequired: mode !== 'off' || env.GATEWAY_OPERATIONS_FILE !== undefined }
}

function isOn(flag: 'on' | 'off' | undefined, byDefault: boolean): boolean {
  return flag === undefined ? byDefault : flag === 'on'
}
