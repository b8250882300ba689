import { z } from 'zod'
import { httpUrl, logLevel, nodeEnv, port, postgresUrl } from './env.ts'
import { parseRequestKeys, type RequestKey } from './signatures.ts'

/** What every subgraph reads from its environment, under its own prefix. */
export interface ServiceEnv {
  nodeEnv: z.infer<typeof nodeEnv>
  logLevel: z.infer<typeof logLevel>
  host: string
  port: number
  databaseUrl: string
  requestKeys: RequestKey[]
  keyFile: string
}

const requestKeys = z.string({ error: 'is required: the keys shared with the gateway' }).transform((text, check) => {
  try {
    return parseRequestKeys(text)
  } catch (error) {
    check.addIssue({ code: 'custom', message: (error as Error).message })
    return z.NEVER
  }
})

/** The variables of `serviceEnv`, to be read together with a service's own. */
export function serviceEnvShape(service: string, defaultPort: number) {
  const prefix = service.toUpperCase()
  return {
    NODE_ENV: nodeEnv,
    LOG_LEVEL: logLevel,
    HOST: z.string().default('127.0.0.1'),
    [`${prefix}_SERVICE_PORT`]: port.default(defaultPort),
    [`${prefix}_DATABASE_URL`]: postgresUrl,
    [`${prefix}_REQUEST_KEYS`]: requestKeys,
    [`${prefix}_SERVICE_KEY_FILE`]: z.string({
      error: 'is required: the file of the Ed25519 key this service signs with',
    }),
  }
}

/** The same values under plain names. */
export function serviceEnv(service: string, values: Readonly<Record<string, unknown>>): ServiceEnv {
  const prefix = service.toUpperCase()
  return {
    nodeEnv: values['NODE_ENV'],
    logLevel: values['LOG_LEVEL'],
    host: values['HOST'],
    port: values[`${prefix}_SERVICE_PORT`],
    databaseUrl: values[`${prefix}_DATABASE_URL`],
    requestKeys: values[`${prefix}_REQUEST_KEYS`],
    keyFile: values[`${prefix}_SERVICE_KEY_FILE`],
  } as ServiceEnv
}

/** The variables that hold the addresses of other services, each with its local default. */
export function serviceUrlShape(services: Readonly<Record<string, number>>) {
  return Object.fromEntries(
    Object.entries(services).map(([service, port]) => [
      `${service.toUpperCase()}_SERVICE_URL`,
      httpUrl.default(`http://127.0.0.1:${port}`),
    ]),
  )
}
