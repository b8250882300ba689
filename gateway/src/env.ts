import { fileURLToPath } from 'node:url'
import { httpUrl, listening, logLevel, port, readEnvOrExit } from '@tikitu/kit/base/env'
import { z } from 'zod'
import type { UnmarkedFields } from './access/permissions.ts'

const flag = z.enum(['on', 'off'])
const itemsOf = (text: string): string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
const list = z.string().transform(itemsOf)
const count = z.coerce.number().int().positive()

const origin = z
  .string()
  .refine((text) => URL.parse(text)?.origin === text, 'is a list of origins, such as https://tickets.example')
const account = z
  .string()
  .regex(/^[^:]+@[^:]+:.+$/, 'is a list of e-mail:password, separated by commas')
  .transform((text) => ({ email: text.slice(0, text.indexOf(':')), password: text.slice(text.indexOf(':') + 1) }))

const ownSupergraph = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url))
const unmarkedFields: z.ZodType<UnmarkedFields> = z.enum(['signed-in', 'public']).default('signed-in')
const poolId = z.string({ error: 'is the id of the Cognito user pool, such as eu-central-1_AbCdEf' })
const clientIds = z
  .string('is the id of the app client')
  .transform(itemsOf)
  .pipe(z.array(z.string()).min(1, 'is the id of the app client'))

const shape = {
  ...listening,
  GATEWAY_GRAPH: z.enum(['tikitu', 'foreign']).default('tikitu'),
  GATEWAY_UNMARKED_FIELDS: unmarkedFields,
  LOG_LEVEL: logLevel,
  AUTH_ROUTE_SERVICE_PORT: port.default(3000),
  AWS_REGION: z.string().default('eu-central-1') as z.ZodType<string>,
  AWS_COGNITO_USER_POOL_ID: poolId as z.ZodType<string | undefined>,
  AWS_COGNITO_CLIENT_ID: clientIds as z.ZodType<string[] | undefined>,
  AWS_COGNITO_ISSUER: httpUrl.optional(),
  AWS_COGNITO_ENDPOINT: httpUrl.optional(),
  GATEWAY_SUPERGRAPH_FILE: z.string().default(ownSupergraph) as z.ZodType<string>,
  GATEWAY_PERSISTED_OPERATIONS: z.enum(['off', 'log', 'enforce']).default('off'),
  GATEWAY_OPERATIONS_FILE: z.string().optional() as z.ZodType<string | undefined>,
  GATEWAY_AUTOMATIC_PERSISTED_QUERIES: flag.default('on'),
  GATEWAY_EXECUTOR: z.enum(['compiled', 'stock', 'shadow']).default('compiled'),
  GATEWAY_CORS_ORIGINS: list.pipe(z.array(origin)).default([]),
  GATEWAY_CORS_LOCALHOST: flag.optional(),
  GATEWAY_INTROSPECTION: flag.optional(),
  GATEWAY_EXPLORERS: flag.optional(),
  GATEWAY_DEMO_ACCOUNTS: list.pipe(z.array(account)).default([]) as z.ZodType<z.infer<typeof account>[]>,
  GATEWAY_EXPLORER_TABS_FILE: z.string().optional(),
  GATEWAY_SUBGRAPH_TIMEOUT_MS: count.default(10_000),
  GATEWAY_SUBGRAPH_CONNECTIONS: count.default(64),
  GATEWAY_SUBGRAPH_RETRIES: flag.default('on'),
  GATEWAY_SUBGRAPH_BREAK_MS: count.default(5_000),
  GATEWAY_DEDUPLICATE_REQUESTS: flag.default('on'),
  GATEWAY_RESPONSE_CACHE_BYTES: z.coerce.number().int().min(0).default(64_000_000),
  GATEWAY_RESPONSE_CACHE_REDIS_TIMEOUT_MS: count.default(15),
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
  GATEWAY_ATTEMPT_LIMIT_FACTOR: z.coerce.number().positive().optional(),
  GATEWAY_TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
  REDIS_URL: z.string().optional(),
  GATEWAY_COST_IN_ANSWERS: flag.default('on'),
}

type Source = Readonly<Record<string, string | undefined>>

/** Renamed variables, with their new names. */
const renamed = {
  GATEWAY_KEPT_ANSWERS_BYTES: 'GATEWAY_RESPONSE_CACHE_BYTES',
  GATEWAY_KEPT_REDIS_MS: 'GATEWAY_RESPONSE_CACHE_REDIS_TIMEOUT_MS',
  GATEWAY_SHARE_IN_FLIGHT: 'GATEWAY_DEDUPLICATE_REQUESTS',
  GATEWAY_PROXIES: 'GATEWAY_TRUSTED_PROXIES',
  GATEWAY_GUESS_FACTOR: 'GATEWAY_ATTEMPT_LIMIT_FACTOR',
}

/** Rejects the old names, because a setting that is silently ignored is worse than a failed start. */
const refusedNames = Object.fromEntries(
  Object.entries(renamed).map(([name, next]) => [name, z.undefined(`was renamed to ${next}`)]),
)

/** Every field of Tikitu's schema has an access rule, so this setting is fixed. */
const tikituShape: typeof shape = {
  ...shape,
  GATEWAY_UNMARKED_FIELDS: z.literal('signed-in', 'can be set with GATEWAY_GRAPH=foreign only').default('signed-in'),
}

/** The variables of a foreign graph. Some are required or forbidden, depending on others. */
function foreignShape(source: Source): typeof shape {
  const hasPool = Boolean(source.AWS_COGNITO_USER_POOL_ID || source.AWS_COGNITO_CLIENT_ID)
  const mode = source.GATEWAY_PERSISTED_OPERATIONS || 'off'
  return {
    ...shape,
    ...(hasPool ? signIn(source) : noSignIn),
    GATEWAY_SUPERGRAPH_FILE: z.string('is the file of the supergraph, such as ./supergraph.graphql'),
    ...(mode !== 'off' && {
      GATEWAY_OPERATIONS_FILE: z.string(
        `is the file of the persisted operations, which GATEWAY_PERSISTED_OPERATIONS=${mode} needs`,
      ),
    }),
    GATEWAY_DEMO_ACCOUNTS: z
      .never('need the sign-in mutations of Tikitu, which a foreign graph does not have')
      .array()
      .default([]),
  }
}

function signIn(source: Source) {
  const region = z.string('is the region of the user pool, such as eu-central-1')
  return source.AWS_COGNITO_ENDPOINT ? {} : { AWS_REGION: region }
}

const noSignIn = {
  AWS_COGNITO_USER_POOL_ID: z.undefined(),
  AWS_COGNITO_CLIENT_ID: z.undefined(),
  GATEWAY_UNMARKED_FIELDS: z.literal(
    'public',
    'must be public, which opens every field without a rule to everybody; or set AWS_COGNITO_USER_POOL_ID, so that callers can sign in',
  ),
}

/** The gateway's environment variables. */
export type GatewayEnv = ReturnType<typeof readGatewayEnv>

/** Reads the environment. On errors it prints all of them and exits with 1. */
export function readGatewayEnv() {
  return readEnvOrExit(shapeFor(process.env))
}

/** The variables for the graph in `GATEWAY_GRAPH`. */
export function shapeFor(source: Source): typeof shape {
  return { ...(source.GATEWAY_GRAPH === 'foreign' ? foreignShape(source) : tikituShape), ...refusedNames }
}
