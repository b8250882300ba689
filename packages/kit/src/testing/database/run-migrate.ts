import { vi } from 'vitest'
import type { TestDatabase } from './database.ts'

/** Runs a service's `migrate.ts` on the database of a test, once in a file. `own` is what the service needs beside the usual. */
export async function runMigrate(
  script: URL,
  { service, database, own = {} }: { service: string; database: TestDatabase; own?: Record<string, string> },
): Promise<void> {
  const prefix = service.toUpperCase()
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    [`${prefix}_DATABASE_URL`]: database.url,
    [`${prefix}_REQUEST_KEYS`]: `test:${Buffer.alloc(32, 1).toString('base64')}`,
    [`${prefix}_SERVICE_KEY_FILE`]: 'unused.json',
    ...own,
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  try {
    await import(script.href)
  } finally {
    vi.unstubAllEnvs()
  }
}
