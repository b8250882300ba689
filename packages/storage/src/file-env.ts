import { randomBytes } from 'node:crypto'
import { parseRequestKeys, type RequestKey } from '@tikitu/kit/auth/request-signatures'
import { EnvError } from '@tikitu/kit/base/env'
import type { ServiceEnv } from '@tikitu/kit/service/service-env'
import { z } from 'zod'
import { createFileUrls, type FileUrls } from './file-urls.ts'

/** `id:base64[,id:base64]`: the keys that sign URLs of files. The first signs, all verify. */
export const fileKeys = z
  .string()
  .transform((text, check) => {
    try {
      return parseRequestKeys(text)
    } catch (error) {
      check.addIssue({ code: 'custom', message: (error as Error).message })
      return z.NEVER
    }
  })
  .optional()

/**
 * The URLs of a service's files, at the gateway. Outside production, keys that are absent are made at random, so URLs end with the process.
 * @throws {EnvError} in production without keys or PUBLIC_URL
 */
export function fileUrlsOf(
  env: Pick<ServiceEnv, 'service' | 'nodeEnv' | 'port' | 'publicUrl'>,
  keys: readonly RequestKey[] | undefined,
): FileUrls {
  if (env.nodeEnv === 'production') requireSettings(env, keys)
  return createFileUrls({
    baseUrl: env.publicUrl ?? `http://localhost:${env.port}`,
    keys: keys ?? [{ id: 'random', secret: randomBytes(32) }],
  })
}

function requireSettings({ service, publicUrl }: Pick<ServiceEnv, 'service' | 'publicUrl'>, keys: unknown): void {
  const missing = [...(keys ? [] : [`${service.toUpperCase()}_FILE_KEYS`]), ...(publicUrl ? [] : ['PUBLIC_URL'])]
  if (missing.length === 0) return
  const lines = missing.map((name) => `  ${name}: is required for the URLs of files`)
  throw new EnvError(`The environment is invalid:\n${lines.join('\n')}`)
}
