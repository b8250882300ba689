import { z } from 'zod'

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
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new EnvError(`The environment is not usable:\n${lines.join('\n')}`)
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

/** How much is logged. */
export const logLevel = z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info')
