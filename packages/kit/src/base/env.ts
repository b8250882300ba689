import { z } from 'zod'
import { isLoopback, localNames } from './own-requests.ts'

/** The environment is incomplete or wrong. The message lists every mistake by its variable's name. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/** Reads the variables of `shape` from `source`. Empty counts as absent. @throws {EnvError} with all mistakes together */
export function readEnv<S extends z.ZodRawShape>(
  shape: S,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.infer<z.ZodObject<S>> {
  const present = Object.fromEntries(Object.keys(shape).map((key) => [key, source[key] || undefined]))
  const result = z.object(shape).safeParse(present)
  if (result.success) {
    requireStatement(result.data, source)
    return result.data
  }
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new EnvError(`The environment is invalid:\n${lines.join('\n')}`)
}

/** As `readEnv`; on a mistake it prints the list and ends the process with 1. */
export function readEnvOrExit<S extends z.ZodRawShape>(shape: S): z.infer<z.ZodObject<S>> {
  try {
    return readEnv(shape)
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

/** A TCP port. */
export const port = z.coerce.number().int().min(1).max(65_535)

/** A Postgres connection URL. */
export const postgresUrl = z
  .string({ error: 'is required: a postgres:// URL' })
  .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')

/** An http or https URL, without a slash at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .transform((url) => url.replace(/\/+$/, ''))

/** Which rules apply: production turns off what only helps developers. */
export const nodeEnv = z.enum(['development', 'test', 'production']).default('development')

/** The address that a process listens on, and whether it may do so beyond this machine when it is not production's. */
export const listening = {
  NODE_ENV: nodeEnv,
  HOST: z.string().default('127.0.0.1'),
  HOST_NAMES: z.string().optional(),
  DEVELOPMENT_BEYOND_LOOPBACK: z.enum(['yes']).optional(),
}

/**
 * The names that requests may be addressed to; null: any. A process that only its own machine reaches is asked by the names
 * of that machine; under another name it is a stranger's page that asks.
 */
export function hostNamesOf(env: z.infer<z.ZodObject<typeof listening>>): readonly string[] | null {
  const isOpen = env.NODE_ENV === 'production' || !isLoopback(env.HOST)
  const names = env.HOST_NAMES?.split(',').map((name) => name.trim()) ?? (isOpen ? ['*'] : localNames)
  return names.includes('*') ? null : names
}

/**
 * A process that others reach must have been told what it is: one that takes itself for a developer's shows its schema, lets codes be
 * guessed and makes keys by itself.
 */
function requireStatement(values: object, source: Readonly<Record<string, string | undefined>>): void {
  const stated = z.object(listening).safeParse(values)
  if (!('HOST' in values) || !stated.success) return
  const { HOST, NODE_ENV, DEVELOPMENT_BEYOND_LOOPBACK } = stated.data
  if (isLoopback(HOST) || NODE_ENV === 'production' || DEVELOPMENT_BEYOND_LOOPBACK) return
  const state = source.NODE_ENV ? `is ${NODE_ENV}` : 'is not set'
  throw new EnvError(
    `The environment is invalid:\n  NODE_ENV: ${state}, and HOST is ${HOST}, which other machines can reach. Set NODE_ENV=production, or set ` +
      'DEVELOPMENT_BEYOND_LOOPBACK=yes to expose development features to them.',
  )
}

/** How much is logged. */
export const logLevel = z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info')
