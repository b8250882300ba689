import { fileURLToPath } from 'node:url'
import { httpUrl, listening, logLevel, port, readEnvOrExit } from '@tikitu/kit/env'
import { parseRequestKeys, type RequestKey } from '@tikitu/kit/signatures'
import { z } from 'zod'

/** Where a subgraph answers, and the keys that the gateway signs its requests with. */
export interface SubgraphAccess {
  /** Absent when the address in the supergraph is to be used. */
  url: string | null
  keys: RequestKey[]
}

const flag = z.enum(['on', 'off'])
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const count = z.coerce.number().int().positive()

const origin = z
  .string()
  .refine((text) => URL.parse(text)?.origin === text, 'is a list of origins, such as https://tickets.example')
const account = z
  .string()
  .regex(/^[^:]+@[^:]+:.+$/, 'is a list of e-mail:password, separated by commas')
  .transform((text) => ({ email: text.slice(0, text.indexOf(':')), password: text.slice(text.indexOf(':') + 1) }))

const shape = {
  ...listening,
  LOG_LEVEL: logLevel,
  AUTH_ROUTE_SERVICE_PORT: port.default(3000),
  AWS_REGION: z.string().default('eu-central-1'),
  AWS_COGNITO_USER_POOL_ID: z.string({ error: 'is the id of the Cognito user pool, such as eu-central-1_AbCdEf' }),
  AWS_COGNITO_CLIENT_ID: list.pipe(z.array(z.string()).min(1, 'is the id of the app client')),
  AWS_COGNITO_ISSUER: httpUrl.optional(),
  AWS_COGNITO_ENDPOINT: httpUrl.optional(),
  GATEWAY_SUPERGRAPH_FILE: z
    .string()
    .default(fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url))),
  GATEWAY_PERSISTED_OPERATIONS: z.enum(['off', 'log', 'enforce']).default('off'),
  GATEWAY_OPERATIONS_FILE: z.string().optional(),
  GATEWAY_AUTOMATIC_PERSISTED_QUERIES: flag.default('on'),
  GATEWAY_EXECUTOR: z.enum(['compiled', 'stock', 'shadow']).default('compiled'),
  GATEWAY_CORS_ORIGINS: list.pipe(z.array(origin)).default([]),
  GATEWAY_CORS_LOCALHOST: flag.optional(),
  GATEWAY_INTROSPECTION: flag.optional(),
  GATEWAY_EXPLORERS: flag.optional(),
  GATEWAY_DEMO_ACCOUNTS: list.pipe(z.array(account)).default([]),
  GATEWAY_EXPLORER_TABS_FILE: z.string().optional(),
  GATEWAY_SUBGRAPH_TIMEOUT_MS: count.default(10_000),
  GATEWAY_SUBGRAPH_CONNECTIONS: count.default(64),
  GATEWAY_SUBGRAPH_RETRIES: flag.default('on'),
  GATEWAY_SUBGRAPH_BREAK_MS: count.default(5_000),
  GATEWAY_SHARE_IN_FLIGHT: flag.default('on'),
  GATEWAY_KEPT_ANSWERS_BYTES: z.coerce.number().int().min(0).default(64_000_000),
  GATEWAY_KEPT_REDIS_MS: count.default(15),
  GATEWAY_MAX_REQUESTS_AT_ONCE: count.default(1_000),
  GATEWAY_MAX_REQUESTS_PER_ADDRESS: count.optional(),
  GATEWAY_BODY_TIMEOUT_MS: count.default(5_000),
  GATEWAY_MAX_STREAMS: count.default(10_000),
  GATEWAY_MAX_STREAMS_PER_USER: count.default(20),
  GATEWAY_MAX_STREAMS_PER_ADDRESS: count.default(200),
  GATEWAY_STREAM_RESUME_MS: z.coerce.number().int().min(0).default(15_000),
  GATEWAY_MAX_ANSWER_BYTES: count.default(10_000_000),
  GATEWAY_MAX_BODY_BYTES: count.default(4_000_000),
  GATEWAY_MAX_TOKENS: count.default(4_000),
  GATEWAY_MAX_DEPTH: count.default(16),
  GATEWAY_MAX_HEIGHT: count.default(1_000),
  GATEWAY_MAX_ALIASES: count.default(30),
  GATEWAY_MAX_ROOT_FIELDS: count.default(20),
  GATEWAY_MAX_DIRECTIVES: count.default(50),
  GATEWAY_MAX_RECURSION: count.default(10),
  GATEWAY_MAX_COST_ANONYMOUS: count.default(10_000),
  GATEWAY_MAX_COST_USER: count.default(20_000),
  GATEWAY_MAX_COST_STAFF: count.default(50_000),
  GATEWAY_ASSUMED_LIST_SIZE: count.default(10),
  GATEWAY_RATE_LIMITS: flag.default('on'),
  GATEWAY_RATE_COST_ADDRESS: count.default(600_000),
  GATEWAY_RATE_COST_USER: count.default(120_000),
  GATEWAY_RATE_COST_READING: z.coerce.number().int().min(0).default(100),
  GATEWAY_GUESS_FACTOR: z.coerce.number().positive().optional(),
  GATEWAY_PROXIES: z.coerce.number().int().min(0).default(0),
  REDIS_URL: z.string().optional(),
  GATEWAY_COST_IN_ANSWERS: flag.default('on'),
}

/** What the gateway reads from its environment. */
export type GatewayEnv = ReturnType<typeof readGatewayEnv>

/** Reads the environment. On a mistake it prints all of them and ends the process with 1. */
export function readGatewayEnv() {
  return readEnvOrExit(shape)
}

/** Address and keys of a subgraph, by its name in the supergraph: BOOKING_SERVICE_URL, BOOKING_REQUEST_KEYS. @throws when there is no key */
export function readSubgraphAccess(
  name: string,
  source: Readonly<Record<string, string | undefined>> = process.env,
): SubgraphAccess {
  const prefix = name.toUpperCase().replaceAll('-', '_')
  const url = httpUrl.optional().safeParse(source[`${prefix}_SERVICE_URL`] || undefined)
  if (!url.success) throw new Error(`${prefix}_SERVICE_URL must be an http:// or https:// URL`)
  const keys = source[`${prefix}_REQUEST_KEYS`]
  if (!keys) throw new Error(`${prefix}_REQUEST_KEYS is missing: the keys shared with the subgraph ${name}`)
  return { url: url.data ?? null, keys: parseKeys(prefix, keys) }
}

function parseKeys(prefix: string, text: string): RequestKey[] {
  try {
    return parseRequestKeys(text)
  } catch (error) {
    throw new Error(`${prefix}_REQUEST_KEYS ${(error as Error).message}`)
  }
}
