import { z } from 'zod'
import { parseRequestKeys, type RequestKey } from '../auth/request-signatures.ts'
import {
  hostNamesOf,
  httpUrl,
  listening,
  logLevel,
  type nodeEnv,
  port,
  postgresUrl,
  readEnvOrExit,
} from '../base/env.ts'

/** The environment of every service, with its own prefix. */
export interface ServiceEnv {
  service: string
  nodeEnv: z.infer<typeof nodeEnv>
  logLevel: z.infer<typeof logLevel>
  host: string
  /** Accepted host names; null: any. */
  hostNames: readonly string[] | null
  port: number
  databaseUrl: string
  /** The keys shared with the gateway: the first signs, all verify. */
  requestKeys: RequestKey[]
  /** The file of the Ed25519 key that this service signs with. */
  keyFile: string
  /** Maximum number of open subscription streams. */
  maxStreams: number
  /** The public URL of the gateway without a trailing slash, for links; null when not configured. */
  publicUrl: string | null
  /** The address of another service. */
  urlOf: (service: string) => string
}

/**
 * Reads a service's environment: port, database, keys, the addresses of all services, and the variables of `own`. Exits with a list of
 * all mistakes when it is invalid.
 */
export function readServiceEnv<S extends z.ZodRawShape>(
  service: string,
  ports: Readonly<Record<string, number>>,
  own: S,
): ServiceEnv & { own: z.infer<z.ZodObject<S>> } {
  const prefix = service.toUpperCase()
  const values = readEnvOrExit({
    ...listening,
    LOG_LEVEL: logLevel,
    PUBLIC_URL: httpUrl.optional(),
    [`${prefix}_SERVICE_PORT`]: port.default(ports[service] ?? 0),
    [`${prefix}_DATABASE_URL`]: postgresUrl,
    [`${prefix}_REQUEST_KEYS`]: requestKeys,
    [`${prefix}_SERVICE_KEY_FILE`]: z.string({
      error: 'is required: the file of the key that this service signs with',
    }),
    SERVICE_MAX_STREAMS: z.coerce.number().int().min(0).default(10_000),
    ...serviceUrls(ports),
    ...refusedNames,
    ...own,
  }) as Record<string, never>
  return {
    service,
    nodeEnv: values['NODE_ENV'] as never,
    logLevel: values['LOG_LEVEL'] as never,
    host: values['HOST'] as never,
    hostNames: hostNamesOf(values as never),
    port: values[`${prefix}_SERVICE_PORT`] as never,
    databaseUrl: values[`${prefix}_DATABASE_URL`] as never,
    requestKeys: values[`${prefix}_REQUEST_KEYS`] as never,
    keyFile: values[`${prefix}_SERVICE_KEY_FILE`] as never,
    maxStreams: values['SERVICE_MAX_STREAMS'] as never,
    publicUrl: values['PUBLIC_URL'] ?? null,
    urlOf: (name) => String(values[`${name.toUpperCase()}_SERVICE_URL`]),
    own: values as z.infer<z.ZodObject<S>>,
  }
}

/** Removed variables: they fail the start instead of being ignored silently. */
const refusedNames = {
  SERVICE_EXECUTOR: z.undefined('was removed: graphql-js executes all operations. Unset it'),
}

const requestKeys = z.string({ error: 'is required: the keys shared with the gateway' }).transform((text, check) => {
  try {
    return parseRequestKeys(text)
  } catch (error) {
    check.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

function serviceUrls(ports: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(ports).map(([name, at]) => [
      `${name.toUpperCase()}_SERVICE_URL`,
      httpUrl.default(`http://127.0.0.1:${at}`),
    ]),
  )
}
