import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const root = resolve(fileURLToPath(new URL('../../', import.meta.url)))

/** Reads the root's `.env`, when there is one. What the shell says wins over it. */
export function loadDotEnv(): void {
  const file = join(root, '.env')
  if (existsSync(file)) process.loadEnvFile(file)
}
